package dev.servicetokens.cli.usersession;

import dev.servicetokens.cli.command.Command;
import dev.servicetokens.cli.command.Moment;
import dev.servicetokens.cli.command.Session;
import dev.servicetokens.cli.config.Settings;
import dev.servicetokens.cli.failure.CommandFailure;
import dev.servicetokens.cli.failure.ExitCode;
import dev.servicetokens.cli.output.Report;
import dev.servicetokens.client.model.ServerStatus;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Option;

/** {@code sts wait}: for scripts that start a server, and go on when it answers the caller. */
@CommandLine.Command(name = "wait", description = "Wait until the server is ready")
public final class WaitCommand implements Command {

  private static final Duration PAUSE = Duration.ofSeconds(1);
  private static final int UNAUTHORIZED = 401;

  @Option(
      names = "--timeout",
      paramLabel = "length",
      description = "How long at most, like 30s or 5m (default 60s)")
  private String timeout = "60s";

  @Override
  public Report run(Session session) {
    Instant end = session.time().now().plus(Moment.distance(timeout, "--timeout"));
    // Once it is there: a token on standard input can be read once only.
    @Nullable Settings settings = null;
    try {
      while (true) {
        try {
          if (settings == null) {
            settings = session.resolver().resolve().settings();
          }
          ServerStatus _ =
              session.connect(settings).ask(client -> client.server().getServerStatus());
          return new Report.Done("The server is ready", Map.of("ready", true));
        } catch (CommandFailure failure) {
          if (!mayPass(failure) && !session.lacksTokenFile()) {
            throw failure;
          }
          if (!session.time().now().isBefore(end) || !session.time().pass(PAUSE)) {
            throw failure.advising("The server was not ready within " + timeout);
          }
          session.printer().progress("Waiting: " + failure.headline());
        }
      }
    } finally {
      session.printer().endProgress();
    }
  }

  /** A token that is refused stays so, and what is missing in the settings does not come. */
  private static boolean mayPass(CommandFailure failure) {
    boolean noAnswer = failure.exitCode() == ExitCode.NO_CONNECTION;
    boolean unavailable = failure.status() / 100 == 5;
    return (noAnswer && failure.status() != UNAUTHORIZED) || unavailable;
  }
}
