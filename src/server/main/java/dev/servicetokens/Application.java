package dev.servicetokens;

import dev.servicetokens.startup.StartFailure;
import java.util.Map;

/** The server's program: {@code java -jar}, no arguments; exit code 1 when it cannot start. */
public final class Application {
  private Application() {}

  /**
   * Starts the server and runs it until the process is told to end.
   *
   * @param arguments Micronaut's, such as {@code -micronaut.server.port=8080}
   */
  @SuppressWarnings("SystemExitOutsideMain")
  public static void main(String[] arguments) {
    try {
      Server.start(arguments, Map.copyOf(System.getenv()), System.out).awaitEnd();
    } catch (Throwable e) {
      System.err.println(StartFailure.of(e).line());
      System.exit(1);
    }
  }
}
