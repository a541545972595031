package dev.servicetokens.cli.servicetoken;

import dev.servicetokens.cli.command.Command;
import dev.servicetokens.cli.command.Moment;
import dev.servicetokens.cli.command.Session;
import dev.servicetokens.cli.failure.UsageFailure;
import dev.servicetokens.cli.output.Report;
import dev.servicetokens.cli.output.TextOutput;
import dev.servicetokens.cli.output.UtcTime;
import dev.servicetokens.cli.server.ServerConnection;
import dev.servicetokens.client.model.RotateServiceTokenRequest;
import dev.servicetokens.client.model.RotatedServiceToken;
import java.time.Duration;
import java.util.Map;
import java.util.OptionalLong;
import java.util.TreeMap;
import picocli.CommandLine;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code sts service-token rotate}: one token, by its id or its name, or the caller's own. */
@CommandLine.Command(
    name = "rotate",
    description = "Give a service token a new token string, and the old one an end")
final class RotateCommand implements Command {

  private static final String TIME = "time";
  private static final String FIRST_USE = "first-use";

  @Mixin private final TokenChoice choice = new TokenChoice();

  @Option(names = "--self", description = "Rotate the service token that the command acts with")
  private boolean self;

  @Option(
      names = "--overlap",
      paramLabel = "length",
      description = "How long the old one still works: 12h or 7d, or 0 (default 24h)")
  private String overlap = "";

  @Option(
      names = "--until",
      paramLabel = "what",
      description = "What ends the old one: time, or first-use of the new one if that is sooner")
  private String until = "";

  @Option(
      names = "--idempotency-key",
      paramLabel = "string",
      description = "Names this rotation, so that it is not made twice")
  private String idempotencyKey = "";

  @Mixin private final NewTokenFlags handover = new NewTokenFlags();

  @Override
  public boolean hasShellForm() {
    return true;
  }

  @Override
  public Report run(Session session) {
    if (self && choice.isGiven()) {
      throw new UsageFailure("Give one service token or --self, not both");
    }
    RotateServiceTokenRequest request = request();
    // A file that cannot be written is known before there is a token string to lose.
    try (TokenFile file = handover.prepare(session)) {
      return self
          ? rotated(
              session.connect(),
              file,
              session,
              client -> client.rotation().rotateOwnServiceToken(request))
          : choice.with(
              session,
              (connection, token) ->
                  rotated(
                      connection,
                      file,
                      session,
                      client -> client.rotation().rotateServiceToken(token, request)));
    }
  }

  private Report rotated(
      ServerConnection connection,
      TokenFile file,
      Session session,
      ServerConnection.Request<RotatedServiceToken> request) {
    RotatedServiceToken answer = connection.ask(request);
    if (answer == null) {
      throw ServerConnection.emptyAnswer();
    }
    Rotated rotated = new Rotated(answer, until.equals(FIRST_USE), handover);
    handover.fill(file, session, answer.getToken(), rotated.shellLines(), rotated.ifLost());
    return rotated;
  }

  private RotateServiceTokenRequest request() {
    RotateServiceTokenRequest request = new RotateServiceTokenRequest();
    if (!overlap.isEmpty()) {
      request.overlap(
          (overlap.equals("0") ? Duration.ZERO : Moment.distance(overlap, "--overlap")).toString());
    }
    if (!until.isEmpty()) {
      if (!until.equals(TIME) && !until.equals(FIRST_USE)) {
        throw new UsageFailure("--until is time or first-use, not \"%s\"".formatted(until));
      }
      request.until(until);
    }
    return idempotencyKey.isEmpty() ? request : request.idempotencyKey(idempotencyKey);
  }

  /**
   * A token with its new token string.
   *
   * @param endsOnFirstUse whether the old one may end sooner than the overlap
   * @param handover how the token string is handed over
   */
  private record Rotated(RotatedServiceToken token, boolean endsOnFirstUse, NewTokenFlags handover)
      implements Report {

    /** The old one lives on, unless that was not wanted. */
    @Override
    public String ifLost() {
      return "the new token string is lost; rotate the service token again, which replaces it: sts service-token rotate "
          + token.getId();
    }

    @Override
    public void writeText(TextOutput out) {
      String file = handover.file();
      if (handover.quiet()) {
        if (file.isEmpty()) {
          out.line(token.getToken());
        }
        return;
      }
      out.success(
          "Service token rotated: "
              + (file.isEmpty() ? token.getToken() : token.getId() + ", in " + file));
      out.line(old());
    }

    private String old() {
      if (token.getOverlapEnds() == null) {
        return "The old token string has ended.";
      }
      String end = UtcTime.of(token.getOverlapEnds());
      return endsOnFirstUse
          ? "The old token string ends when the new one is used, at the latest " + end + "."
          : "The old token string ends " + end + ".";
    }

    @Override
    public String shell() {
      return handover.file().isEmpty() ? shellLines() : "";
    }

    private String shellLines() {
      return NewTokenFlags.shellLines(
          token.getToken(), OptionalLong.of(token.getId()), token.getExpiration());
    }

    @Override
    public Map<String, ?> json() {
      Map<String, Object> fields = new TreeMap<>();
      fields.put("id", token.getId());
      fields.put("name", token.getName());
      handover.tell(fields, token.getToken(), token.getExpiration());
      if (token.getOverlapEnds() != null) {
        fields.put("overlapEnds", token.getOverlapEnds());
      }
      return Map.of("rotated-service-token", fields);
    }
  }
}
