package dev.servicetokens;

import dev.servicetokens.log.LogSettings;
import dev.servicetokens.startup.ServeArguments;
import dev.servicetokens.startup.ServeArguments.Action;
import dev.servicetokens.startup.StartFailure;
import java.util.Map;
import java.util.logging.Level;
import java.util.logging.Logger;
import org.slf4j.LoggerFactory;

/**
 * The server's program.
 *
 * <p>Exit code 1 when it cannot start, with the reason in one line on standard error; 3 when its
 * arguments cannot be understood; 143 and 130 when SIGTERM and SIGINT have ended it, after
 * everything has been closed.
 */
public final class Application {
  // The driver's own warnings go past our logging to standard error, and may quote a password from
  // a broken URL. Kept in a field because java.util.logging forgets loggers that nobody holds.
  private static final Logger DRIVER = Logger.getLogger("org.postgresql");

  /** The exit code of {@code sts} for a command line that cannot be understood. */
  private static final int USAGE = 3;

  private static final org.slf4j.Logger LOG = LoggerFactory.getLogger(Application.class);

  private Application() {}

  /**
   * Starts the server and runs it until the process is told to end.
   *
   * @param arguments options, and settings such as {@code -micronaut.server.port=8080}
   */
  public static void main(String[] arguments) {
    DRIVER.setLevel(Level.OFF);
    ServeArguments settings = ServeArguments.of(arguments);
    LogSettings.foresee(System.getenv(), settings.values());
    Thread.setDefaultUncaughtExceptionHandler(
        (thread, fault) -> LOG.error("A fault has ended the thread {}", thread.getName(), fault));
    if (settings.refusal().isPresent()) {
      System.err.println(settings.refusal().get());
      System.exit(USAGE);
    }
    if (settings.action() == Action.HELP) {
      System.out.print(ServeArguments.help());
      return;
    }
    if (settings.action() == Action.CHECK) {
      boolean works =
          StartPreview.print(
              settings.values(), Map.copyOf(System.getenv()), System.out, System.err);
      System.exit(works ? 0 : 1);
    }
    rejectRenegotiation();
    Server server = new Server(settings.values(), Map.copyOf(System.getenv()));
    try {
      server.start();
      server.awaitEnd();
    } catch (Throwable e) {
      if (!server.isEnding()) {
        System.err.println(explain(server, e));
      }
      System.exit(1);
    }
  }

  /** A client could otherwise have the costliest part of TLS 1.2 done again and again. */
  private static void rejectRenegotiation() {
    System.setProperty("jdk.tls.rejectClientInitiatedRenegotiation", "true");
  }

  private static String explain(Server server, Throwable e) {
    StartFailure failure = StartFailure.of(e);
    if (failure.expected()) {
      return failure.line();
    }
    return server
        .dataDirectory()
        .flatMap(directory -> StartFailure.writeTrace(directory.path(), e))
        .map(file -> failure.line() + " (details: " + file + ")")
        .orElse(failure.line());
  }
}
