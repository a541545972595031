package dev.servicetokens.cli.servicetoken;

import dev.servicetokens.cli.command.Command;
import dev.servicetokens.cli.command.Session;
import dev.servicetokens.cli.failure.CommandFailure;
import dev.servicetokens.cli.failure.UsageFailure;
import dev.servicetokens.cli.output.Report;
import dev.servicetokens.cli.output.TextOutput;
import dev.servicetokens.cli.server.ServerConnection;
import dev.servicetokens.client.ServiceTokenOperations;
import dev.servicetokens.client.invoker.ApiResponse;
import dev.servicetokens.client.model.CreateServiceTokenRequest;
import dev.servicetokens.client.model.CreatedServiceToken;
import dev.servicetokens.client.model.ServiceToken;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.TreeMap;
import java.util.regex.Pattern;
import picocli.CommandLine;
import picocli.CommandLine.Option;

/** {@code sts service-token create}. */
@CommandLine.Command(name = "create", description = "Create a service token")
final class CreateCommand implements Command {

  private static final int BAD_REQUEST = 400;

  @Option(
      names = {"-n", "--name"},
      required = true,
      paramLabel = "string",
      description = "Name of the service token")
  private String name = "";

  @Option(
      names = "--roles",
      required = true,
      paramLabel = "strings",
      description = "Comma-separated roles of the service token")
  private List<String> roles = new ArrayList<>();

  @Option(
      names = "--expiration",
      paramLabel = "yyyy-MM-dd",
      description = "Date from whose midnight in UTC the service token is refused")
  private String expiration = "";

  @Option(
      names = "--dedicatedSubject",
      paramLabel = "string",
      description = "Subject for this service token alone, deleted with it")
  private String dedicatedSubject = "";

  @Override
  public Report run(Session session) {
    CreateServiceTokenRequest request = request();
    ServerConnection connection = session.connect();
    ApiResponse<CreatedServiceToken> answer;
    try {
      answer =
          connection.ask(client -> client.serviceTokens().createServiceTokenWithHttpInfo(request));
    } catch (CommandFailure refusal) {
      throw explained(refusal, request, connection, session.time().now());
    }
    if (answer.getData() == null) {
      throw ServerConnection.emptyAnswer();
    }
    return new Created(answer.getData(), ServiceTokenOperations.idOf(answer), connection);
  }

  /** The refusal in the words of the command line, where it knows more than the server says. */
  private CommandFailure explained(
      CommandFailure refusal,
      CreateServiceTokenRequest request,
      ServerConnection connection,
      Instant now) {
    if (refusal.status() != BAD_REQUEST) {
      return refusal;
    }
    // Of all bodies, that of a refused expiry alone has no tracking key.
    if (refusal.trackingKey() == null) {
      return expiration.isEmpty()
          ? refusal
          : ExpirationDate.over(expiration, now).map(refusal::saying).orElse(refusal);
    }
    return KnownRoles.ask(connection)
        .advice(request.getRoles(), dedicatedSubject)
        .map(refusal::advising)
        .orElse(refusal);
  }

  private CreateServiceTokenRequest request() {
    CreateServiceTokenRequest request =
        new CreateServiceTokenRequest().name(name).roles(RoleList.read(roles));
    if (!expiration.isEmpty()) {
      request.expiryDate(ExpirationDate.parse(expiration));
    }
    if (!dedicatedSubject.isEmpty()) {
      request.dedicatedSubject(dedicatedSubject);
    }
    return request;
  }

  /**
   * A new token.
   *
   * @param id empty if the server did not tell it
   * @param connection finds it out then
   */
  private record Created(CreatedServiceToken token, OptionalLong id, ServerConnection connection)
      implements Report {

    /** Its token string is nowhere else, so that the token is good for nothing but deletion. */
    @Override
    public String ifLost() {
      OptionalLong found = id.isPresent() ? id : idOfOnlyOneOfItsName();
      return found.isPresent()
          ? "the new service token is lost, delete it: sts service-token delete "
              + found.getAsLong()
          : "the new service token '" + token.getName() + "' is lost, delete it";
    }

    private OptionalLong idOfOnlyOneOfItsName() {
      try {
        List<Long> ids =
            connection.ask(client -> client.serviceTokens().listServiceTokens()).stream()
                .filter(other -> other.getName().equals(token.getName()))
                .map(ServiceToken::getId)
                .toList();
        return ids.size() == 1 ? OptionalLong.of(ids.getFirst()) : OptionalLong.empty();
      } catch (CommandFailure cannotList) {
        return OptionalLong.empty();
      }
    }

    @Override
    public void writeText(TextOutput out) {
      out.success("Service token created: " + token.getToken());
    }

    @Override
    public Map<String, ?> json() {
      Map<String, Object> fields = new TreeMap<>();
      fields.put("name", token.getName());
      fields.put("token", token.getToken());
      if (token.getExpiration() != null) {
        fields.put("expiration", token.getExpiration());
      }
      return Map.of("service-token", fields);
    }
  }

  /** The end of a token, as people write it: a date, its midnight in UTC. */
  static final class ExpirationDate {

    private static final Pattern FORM = Pattern.compile("\\d{4}-\\d{2}-\\d{2}");

    private ExpirationDate() {}

    /**
     * What the server's refusal means, in terms of the date that was typed.
     *
     * @return empty for a date that is not over, even if our clock is a day behind the server's
     */
    static Optional<String> over(String text, Instant now) {
      return parse(text) > now.plus(Duration.ofDays(1)).toEpochMilli()
          ? Optional.empty()
          : Optional.of(text + " (midnight UTC) is over; give --expiration a later date");
    }

    /**
     * The instant of a date's midnight in UTC.
     *
     * @return epoch milliseconds
     * @throws UsageFailure if the text is not a date of the form yyyy-MM-dd
     */
    static long parse(String text) {
      if (FORM.matcher(text).matches()) {
        try {
          return LocalDate.parse(text).atStartOfDay(ZoneOffset.UTC).toInstant().toEpochMilli();
        } catch (DateTimeException e) {
          // Has the form, but the calendar has no such day: same answer.
        }
      }
      throw new UsageFailure(
          "\""
              + text
              + "\" is not a date; write --expiration as yyyy-MM-dd, for example 2027-01-31");
    }
  }
}
