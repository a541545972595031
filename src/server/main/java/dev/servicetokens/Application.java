package dev.servicetokens;

import dev.servicetokens.startup.StartFailure;
import dev.servicetokens.startup.StartTrace;
import java.util.Map;
import java.util.logging.Level;
import java.util.logging.Logger;

/**
 * The server's program.
 *
 * <p>Exit code 1 when it cannot start, with the reason in one line on standard error; 143 and 130
 * when SIGTERM and SIGINT have ended it, after everything has been closed.
 */
public final class Application {
  // The driver's own warnings go past our logging to standard error, and may quote a password from
  // a
  // broken URL. Kept in a field because java.util.logging forgets loggers that nobody holds.
  private static final Logger DRIVER = Logger.getLogger("org.postgresql");

  private Application() {}

  /**
   * Starts the server and runs it until the process is told to end.
   *
   * @param arguments Micronaut's, such as {@code -micronaut.server.port=8080}
   */
  public static void main(String[] arguments) {
    DRIVER.setLevel(Level.OFF);
    Server server = new Server(arguments, Map.copyOf(System.getenv()), System.out);
    try {
      server.start();
      server.awaitEnd();
    } catch (Throwable e) {
      System.err.println(explain(server, e));
      System.exit(1);
    }
  }

  private static String explain(Server server, Throwable e) {
    StartFailure failure = StartFailure.of(e);
    if (failure.expected()) {
      return failure.line();
    }
    return server
        .dataDirectory()
        .flatMap(directory -> StartTrace.write(directory.path(), e))
        .map(file -> failure.line() + " (details: " + file + ")")
        .orElse(failure.line());
  }
}
