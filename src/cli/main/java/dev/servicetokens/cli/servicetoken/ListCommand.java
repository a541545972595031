package dev.servicetokens.cli.servicetoken;

import dev.servicetokens.cli.command.Command;
import dev.servicetokens.cli.command.Moment;
import dev.servicetokens.cli.command.Session;
import dev.servicetokens.cli.failure.UsageFailure;
import dev.servicetokens.cli.output.Report;
import dev.servicetokens.cli.server.ServerConnection;
import dev.servicetokens.client.ServiceTokenOperations;
import dev.servicetokens.client.api.ServiceTokensApi.APIListServiceTokensRequest;
import dev.servicetokens.client.invoker.ApiResponse;
import dev.servicetokens.client.model.ServiceToken;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Option;

/** {@code sts service-token list}. A text that is not given is empty. */
@CommandLine.Command(name = "list", description = "List service tokens")
final class ListCommand implements Command {

  /** Of the heaviest tokens that there can be, so many are an answer that is not refused. */
  private static final int PAGE = 500;

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
      names = "--sort",
      paramLabel = "order",
      description = "Order: name, expiration, created or id (default name)")
  private Order order = Order.name;

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
  private static List<ServiceToken> all(
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
                : Long.valueOf(Moment.past(createdBefore, "--created-before", now)));
  }

  private static @Nullable String given(String text) {
    return text.isEmpty() ? null : text;
  }
}
