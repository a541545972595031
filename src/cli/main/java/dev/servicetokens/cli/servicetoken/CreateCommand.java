package dev.servicetokens.cli.servicetoken;

import dev.servicetokens.cli.command.Command;
import dev.servicetokens.cli.command.Moment;
import dev.servicetokens.cli.command.Session;
import dev.servicetokens.cli.failure.CommandFailure;
import dev.servicetokens.cli.failure.ExitCode;
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

  @Mixin private final EndFlags end = new EndFlags();

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

  @Mixin private final NewTokenFlags handover = new NewTokenFlags();

  @Override
  public boolean hasShellForm() {
    return true;
  }

  @Override
  public Report run(Session session) {
    CreateServiceTokenRequest request = request(session.time().now());
    // A file that cannot be written is known before there is a token to lose.
    try (TokenFile file = handover.prepare(session)) {
      ServerConnection connection = session.connect();
      Optional<ServiceToken> present = ifAbsent ? present(session, connection) : Optional.empty();
      if (present.isPresent()) {
        return exists(present.get(), session);
      }
      Created created = create(request, connection, session.time().now());
      if (!handover.file().isEmpty()) { // Else nobody need ask what to do if it is lost.
        handover.fill(
            file, session, created.token.getToken(), created.shellLines(), created.ifLost());
      }
      if (request.getExpiryDate() == null && !handover.quiet() && !session.printer().shell()) {
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
    return new Created(answer.getData(), ServiceTokenOperations.idOf(answer), connection, handover);
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
    if (handover.quiet() || session.printer().shell() || !handover.file().isEmpty()) {
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
    String expiration = end.expiration();
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
    end.end(now, "").ifPresent(at -> request.expiryDate(at.toEpochMilli()));
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

  /**
   * A new token.
   *
   * @param id empty if the server did not tell it
   * @param connection finds it out then
   * @param handover how the token string is handed over
   */
  private record Created(
      CreatedServiceToken token,
      OptionalLong id,
      ServerConnection connection,
      NewTokenFlags handover)
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
      String file = handover.file();
      if (handover.quiet()) {
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
      return handover.file().isEmpty() ? shellLines() : "";
    }

    private String shellLines() {
      return NewTokenFlags.shellLines(token.getToken(), id, token.getExpiration());
    }

    @Override
    public Map<String, ?> json() {
      Map<String, Object> fields = new TreeMap<>();
      id.ifPresent(known -> fields.put("id", known));
      fields.put("name", token.getName());
      handover.tell(fields, token.getToken(), token.getExpiration());
      return Map.of("service-token", fields);
    }
  }
}
