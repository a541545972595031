package dev.servicetokens.cli.servicetoken;

import dev.servicetokens.cli.command.Command;
import dev.servicetokens.cli.command.Moment;
import dev.servicetokens.cli.command.Session;
import dev.servicetokens.cli.failure.CommandFailure;
import dev.servicetokens.cli.failure.ExitCode;
import dev.servicetokens.cli.failure.UsageFailure;
import dev.servicetokens.cli.output.Report;
import dev.servicetokens.cli.output.TextOutput;
import dev.servicetokens.cli.output.UtcTime;
import dev.servicetokens.cli.server.ServerConnection;
import dev.servicetokens.client.ServiceTokenOperations;
import dev.servicetokens.client.invoker.ApiResponse;
import dev.servicetokens.client.model.CreateServiceTokenRequest;
import dev.servicetokens.client.model.CreatedServiceToken;
import dev.servicetokens.client.model.ServiceToken;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.TreeMap;
import picocli.CommandLine;
import picocli.CommandLine.Mixin;
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
      paramLabel = "time",
      description = "When it ends: a date (yyyy-MM-dd, its midnight in UTC) or an instant")
  private String expiration = "";

  @Option(
      names = "--expires-in",
      paramLabel = "length",
      description = "When it ends, from now: 12h or 30d")
  private String expiresIn = "";

  @Option(
      names = "--dedicatedSubject",
      paramLabel = "string",
      description = "Subject for this service token alone, deleted with it")
  private String dedicatedSubject = "";

  @Mixin private final BoundFlags bounds = new BoundFlags();

  @Option(
      names = "--if-absent",
      description = "Make none if there is one of this name that has not expired")
  private boolean ifAbsent;

  @Option(
      names = {"-q", "--quiet"},
      description = "Print the token alone")
  private boolean quiet;

  @Option(
      names = "--output-file",
      paramLabel = "file",
      description = "Put the token into a file that only you may read, instead of printing it")
  private String outputFile = "";

  @Override
  public boolean hasShellForm() {
    return true;
  }

  @Override
  public Report run(Session session) {
    if (quiet && (session.printer().json() || session.printer().shell())) {
      throw new UsageFailure("-q prints the token alone; give it or -o, not both");
    }
    CreateServiceTokenRequest request = request(session.time().now());
    // A file that cannot be written is known before there is a token to lose.
    try (TokenFile file = TokenFile.of(outputFile)) {
      ServerConnection connection = session.connect();
      Optional<ServiceToken> present = ifAbsent ? present(session, connection) : Optional.empty();
      if (present.isPresent()) {
        return exists(present.get(), session);
      }
      Created created = create(request, connection, session.time().now());
      if (!outputFile.isEmpty()) {
        file.become(
            session.printer().shell() ? created.shellLines() : created.token.getToken() + "\n",
            created.ifLost());
      }
      if (request.getExpiryDate() == null && !quiet && !session.printer().shell()) {
        created.end().ifPresent(session.printer()::note);
      }
      return created;
    }
  }

  private Created create(
      CreateServiceTokenRequest request, ServerConnection connection, Instant now) {
    ApiResponse<CreatedServiceToken> answer;
    try {
      answer =
          connection.ask(client -> client.serviceTokens().createServiceTokenWithHttpInfo(request));
    } catch (CommandFailure refusal) {
      throw explained(refusal, request, connection, now);
    }
    if (answer.getData() == null) {
      throw ServerConnection.emptyAnswer();
    }
    return new Created(
        answer.getData(), ServiceTokenOperations.idOf(answer), connection, quiet, outputFile);
  }

  /** What is there already under the name, and good for something. */
  private Optional<ServiceToken> present(Session session, ServerConnection connection) {
    long now = session.time().now().toEpochMilli();
    return TokenChoice.named(name, connection).stream()
        .filter(token -> token.getExpiration() == null || token.getExpiration() > now)
        .findFirst();
  }

  /** Whoever waits for a token string must not go on without one. */
  private Report exists(ServiceToken token, Session session) {
    if (quiet || session.printer().shell() || !outputFile.isEmpty()) {
      throw new CommandFailure(
          ExitCode.USAGE_OR_REFUSAL,
          "The service token '%s' exists (%d), and its token string is shown once only; rotate it"
              .formatted(token.getName(), token.getId()));
    }
    return new Report.Done(
        "Service token exists: " + token.getId(),
        Map.of(
            "created",
            false,
            "service-token",
            Map.of("id", token.getId(), "name", token.getName())));
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
      return over(now).map(refusal::saying).orElse(refusal);
    }
    return KnownRoles.ask(connection)
        .advice(request.getRoles(), dedicatedSubject)
        .map(refusal::advising)
        .orElse(refusal);
  }

  /**
   * What the server's refusal means, in terms of the time that was typed.
   *
   * @return empty for one that is not over, even if our clock is a day behind the server's
   */
  private Optional<String> over(Instant now) {
    return Moment.absolute(expiration)
        .filter(end -> !end.isAfter(now.plus(Duration.ofDays(1))))
        .map(
            end ->
                expiration
                    + (expiration.contains("T") ? "" : " (midnight UTC)")
                    + " is over; give --expiration a later date");
  }

  private CreateServiceTokenRequest request(Instant now) {
    CreateServiceTokenRequest request =
        new CreateServiceTokenRequest().name(name).roles(RoleList.read(roles));
    if (!expiration.isEmpty() && !expiresIn.isEmpty()) {
      throw new UsageFailure("Give --expiration or --expires-in, not both");
    }
    if (!expiration.isEmpty()) {
      request.expiryDate(Moment.absolute(expiration).orElseThrow(this::noTime).toEpochMilli());
    }
    if (!expiresIn.isEmpty()) {
      request.expiryDate(now.plus(Moment.distance(expiresIn, "--expires-in")).toEpochMilli());
    }
    if (!dedicatedSubject.isEmpty()) {
      request.dedicatedSubject(dedicatedSubject);
    }
    bound(request);
    return request;
  }

  private void bound(CreateServiceTokenRequest request) {
    if (!bounds.fromAnyAddress() && !bounds.allowedCidrs().isEmpty()) {
      request.allowedCidrs(bounds.allowedCidrs());
    }
    if (!bounds.withoutRateLimit()) {
      bounds.rateLimit().ifPresent(request::rateLimit);
    }
    if (!bounds.withoutMaximumUses()) {
      request.maximumUses(bounds.maximumUses());
    }
  }

  private UsageFailure noTime() {
    return new UsageFailure(
        "\""
            + expiration
            + "\" is not a date; write --expiration as yyyy-MM-dd, for example 2027-01-31");
  }

  /**
   * A new token.
   *
   * @param id empty if the server did not tell it
   * @param connection finds it out then
   * @param quiet whether people get the token string alone
   * @param file where the token string is; empty if it is to be printed
   */
  private record Created(
      CreatedServiceToken token,
      OptionalLong id,
      ServerConnection connection,
      boolean quiet,
      String file)
      implements Report {

    /** That it ends, for whoever has not said so. */
    Optional<String> end() {
      return Optional.ofNullable(token.getExpiration())
          .map(end -> "It ends " + UtcTime.dateOf(end) + ", as the server's policy says.");
    }

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
      if (quiet) {
        if (file.isEmpty()) {
          out.line(token.getToken());
        }
      } else if (file.isEmpty()) {
        out.success("Service token created: " + token.getToken());
      } else {
        out.success(
            "Service token created: %sin %s"
                .formatted(id.isPresent() ? id.getAsLong() + ", " : "", file));
      }
    }

    @Override
    public String shell() {
      return file.isEmpty() ? shellLines() : "";
    }

    /** None of the values has a character that means something to a shell. */
    private String shellLines() {
      StringBuilder lines = new StringBuilder("SERVICE_TOKEN=" + token.getToken() + "\n");
      if (id.isPresent()) {
        lines.append("SERVICE_TOKEN_ID=").append(id.getAsLong()).append('\n');
      }
      if (token.getExpiration() != null) {
        lines
            .append("SERVICE_TOKEN_EXPIRATION=")
            .append(Instant.ofEpochMilli(token.getExpiration()))
            .append('\n');
      }
      return lines.toString();
    }

    @Override
    public Map<String, ?> json() {
      Map<String, Object> fields = new TreeMap<>();
      id.ifPresent(known -> fields.put("id", known));
      fields.put("name", token.getName());
      if (file.isEmpty()) {
        fields.put("token", token.getToken());
      } else {
        fields.put("file", file);
      }
      if (token.getExpiration() != null) {
        fields.put("expiration", token.getExpiration());
      }
      return Map.of("service-token", fields);
    }
  }
}
