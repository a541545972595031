package dev.servicetokens.cli.failure;

import java.io.Serial;
import org.jspecify.annotations.Nullable;

/**
 * Ends a command: an exit code and one line that says what is wrong and what to do. Never holds a
 * credential.
 */
public class CommandFailure extends RuntimeException {

  @Serial private static final long serialVersionUID = 1L;

  private final ExitCode exitCode;
  private final String headline;
  private final @Nullable String serverMessage;
  private final @Nullable String trackingKey;

  /** A failure on this side. */
  public CommandFailure(ExitCode exitCode, String headline) {
    this(exitCode, headline, null, null);
  }

  private CommandFailure(
      ExitCode exitCode,
      String headline,
      @Nullable String serverMessage,
      @Nullable String trackingKey) {
    super(headline);
    this.exitCode = exitCode;
    this.headline = headline;
    this.serverMessage = serverMessage;
    this.trackingKey = trackingKey;
  }

  /**
   * A refusal by the server.
   *
   * @param statusLine the status, for example {@code 404 Not Found}
   * @param serverMessage what the server says about it
   * @param trackingKey what the server's log has beside the cause; null if it gave none
   */
  public static CommandFailure refusal(
      String statusLine, String serverMessage, @Nullable String trackingKey) {
    return new CommandFailure(ExitCode.USAGE_OR_REFUSAL, statusLine, serverMessage, trackingKey);
  }

  /** What the process ends with. */
  public ExitCode exitCode() {
    return exitCode;
  }

  /** The first line of the message. */
  public String headline() {
    return headline;
  }

  /** What the server said; null if it did not refuse. */
  public @Nullable String serverMessage() {
    return serverMessage;
  }

  /** What the server's log has beside the cause; null if there is none. */
  public @Nullable String trackingKey() {
    return trackingKey;
  }
}
