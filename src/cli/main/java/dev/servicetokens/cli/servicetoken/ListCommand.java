package dev.servicetokens.cli.servicetoken;

import dev.servicetokens.cli.command.Command;
import dev.servicetokens.cli.command.Moment;
import dev.servicetokens.cli.command.Session;
import dev.servicetokens.cli.failure.UsageFailure;
import dev.servicetokens.cli.output.NameAndId;
import dev.servicetokens.cli.output.Report;
import dev.servicetokens.cli.output.Table;
import dev.servicetokens.cli.output.TextOutput;
import dev.servicetokens.cli.output.UtcTime;
import dev.servicetokens.cli.server.ServerConnection;
import dev.servicetokens.client.ServiceTokenOperations;
import dev.servicetokens.client.api.ServiceTokensApi.APIListServiceTokensRequest;
import dev.servicetokens.client.invoker.ApiResponse;
import dev.servicetokens.client.model.ServiceToken;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Option;

/** {@code sts service-token list}. A text that is not given is empty. */
@CommandLine.Command(name = "list", description = "List service tokens")
final class ListCommand implements Command {

  /** Of the heaviest tokens that there can be, so many are an answer that is not refused. */
  static final int PAGE = 500;

  private static final int MOST_TOKENS = 1_000_000;

  @Option(
      names = {"-n", "--name"},
      paramLabel = "string",
      description = "Only those of this name; * stands for any characters")
  private String name = "";

  @Option(names = "--role", paramLabel = "string", description = "Only those that have this role")
  private String role = "";

  @Option(
      names = "--creator",
      paramLabel = "string",
      description = "Only those that the service token of this name or id created")
  private String creator = "";

  @Option(
      names = "--expiring",
      paramLabel = "time",
      description = "Only those that expire before a date, an instant, or within 12h or 14d")
  private String expiring = "";

  @Option(names = "--expired", description = "Only those that are expired")
  private boolean expired;

  @Option(
      names = "--created-before",
      paramLabel = "time",
      description = "Only those that are older than a date, an instant, or 12h or 90d")
  private String createdBefore = "";

  @Option(
      names = "--unused",
      paramLabel = "time",
      description =
          "Only those that nobody has created, enabled or used since a date, an instant, or for"
              + " 90d")
  private String unused = "";

  @Option(names = "--violating", description = "Only those that live longer than the policy allows")
  private boolean violating;

  @Option(
      names = "--sort",
      paramLabel = "order",
      description = "Order: name, expiration, created or id (default name)")
  private SortOrder order = SortOrder.name;

  @Option(
      names = "--wide",
      description = "Show when and by whom each was created, and its last use")
  private boolean wide;

  @Override
  public Report run(Session session) {
    if (expired && !expiring.isEmpty()) {
      throw new UsageFailure(
          "What is expired does not expire any more; give --expired or --expiring");
    }
    APIListServiceTokensRequest.Builder request = request(session.time().now());
    List<ServiceToken> tokens = all(session.connect(), request);
    return new TokenList(tokens.stream().sorted(order.comparator()).toList(), wide);
  }

  /** Page after page; a server that knows no pages sends all at once. */
  static List<ServiceToken> all(
      ServerConnection connection, APIListServiceTokensRequest.Builder request) {
    List<ServiceToken> tokens = new ArrayList<>();
    Optional<String> cursor;
    do {
      ApiResponse<List<ServiceToken>> page =
          connection.ask(
              client -> client.serviceTokens().listServiceTokensWithHttpInfo(request.build()));
      tokens.addAll(page.getData());
      cursor = ServiceTokenOperations.nextCursorOf(page);
      cursor.ifPresent(request::cursor);
      if (tokens.size() > MOST_TOKENS) {
        throw new UsageFailure(
            "There are more than %d service tokens; ask for fewer, with --name or --role"
                .formatted(MOST_TOKENS));
      }
    } while (cursor.isPresent());
    return tokens;
  }

  private APIListServiceTokensRequest.Builder request(Instant now) {
    return APIListServiceTokensRequest.newBuilder()
        .limit(PAGE)
        .name(given(name))
        .role(given(role))
        .creator(given(creator))
        .expiringBefore(
            expiring.isEmpty() ? null : Long.valueOf(Moment.future(expiring, "--expiring", now)))
        .expired(expired ? Boolean.TRUE : null)
        .createdBefore(
            createdBefore.isEmpty()
                ? null
                : Long.valueOf(Moment.past(createdBefore, "--created-before", now)))
        .unusedSince(unused.isEmpty() ? null : Long.valueOf(Moment.past(unused, "--unused", now)))
        .violating(violating ? Boolean.TRUE : null);
  }

  private static @Nullable String given(String text) {
    return text.isEmpty() ? null : text;
  }

  /** The orders of a list, named as the flag's values are. */
  enum SortOrder {
    /** Bytewise. */
    name,
    /** The soonest first, those without an end last. */
    expiration,
    /** The oldest first, those of whom nobody knows last. */
    created,
    /** The smallest first. */
    id;

    /** Code points compare like the bytes of UTF-8, chars do not. */
    private static final Comparator<String> BYTEWISE =
        (left, right) -> Arrays.compare(left.codePoints().toArray(), right.codePoints().toArray());

    private static final Comparator<Long> LAST_WITHOUT_VALUE =
        Comparator.nullsLast(Comparator.naturalOrder());

    /** Compares by this, then by name, then by id, so that a list never changes its order. */
    Comparator<ServiceToken> comparator() {
      Comparator<ServiceToken> byId = Comparator.comparing(ServiceToken::getId);
      Comparator<ServiceToken> byName =
          Comparator.comparing(ServiceToken::getName, BYTEWISE).thenComparing(byId);
      return switch (this) {
        case name -> byName;
        case id -> byId;
        case expiration ->
            Comparator.comparing(ServiceToken::getExpiration, LAST_WITHOUT_VALUE)
                .thenComparing(byName);
        case created ->
            Comparator.comparing(ServiceToken::getCreationTimestamp, LAST_WITHOUT_VALUE)
                .thenComparing(byName);
      };
    }
  }

  /**
   * The service tokens as the documented table, or as JSON.
   *
   * @param wide whether the table has more than the documented columns
   */
  record TokenList(List<ServiceToken> tokens, boolean wide) implements Report {

    @Override
    public void writeText(TextOutput out) {
      if (tokens.isEmpty()) {
        out.line("No service tokens found.");
        return;
      }
      boolean dedicated = tokens.stream().anyMatch(token -> token.getDedicatedSubject() != null);
      List<String> header = new ArrayList<>(List.of("ID", "NAME", "EXPIRATION", "ROLES"));
      if (dedicated) {
        header.add("DEDICATED_SUBJECT");
      }
      boolean states = tokens.stream().anyMatch(TokenList::isDisabled);
      if (states) {
        header.add("STATE");
      }
      if (wide) {
        header.addAll(List.of("CREATED", "CREATOR", "LAST USED", "FROM", "USES"));
      }
      boolean applications =
          wide && tokens.stream().anyMatch(token -> token.getLastUsedApplication() != null);
      if (applications) {
        header.add("APPLICATION");
      }
      Table table = new Table(header);
      for (ServiceToken token : tokens) {
        List<String> cells = cells(token, dedicated, states);
        if (applications) {
          cells.add(Objects.requireNonNullElse(token.getLastUsedApplication(), ""));
        }
        table.row(cells);
      }
      out.table(table);
    }

    private List<String> cells(ServiceToken token, boolean dedicated, boolean states) {
      List<String> cells = new ArrayList<>();
      cells.add(token.getId().toString());
      cells.add(token.getName());
      cells.add(UtcTime.dateOf(token.getExpiration()));
      cells.add("[" + String.join(", ", token.getRoles()) + "]");
      if (dedicated) {
        cells.add(token.getDedicatedSubject() == null ? "-" : token.getDedicatedSubject());
      }
      if (states) {
        cells.add(isDisabled(token) ? "disabled" : "");
      }
      if (wide) {
        cells.add(UtcTime.of(token.getCreationTimestamp()));
        cells.add(NameAndId.of(token.getCreatorName(), token.getCreatorId()));
        Long uses = token.getUseCount();
        cells.add(uses == null ? "never" : UtcTime.of(token.getLastUsedTimestamp()));
        cells.add(Objects.requireNonNullElse(token.getLastUsedAddress(), ""));
        cells.add(uses == null ? "0" : uses.toString());
      }
      return cells;
    }

    /** An older server says nothing of it, and has none. */
    private static boolean isDisabled(ServiceToken token) {
      return Boolean.FALSE.equals(token.getEnabled());
    }

    @Override
    public Map<String, ?> json() {
      return Map.of(
          "service-tokens", tokens.stream().map(ServiceTokenGroup.TokenFields::of).toList());
    }
  }
}
