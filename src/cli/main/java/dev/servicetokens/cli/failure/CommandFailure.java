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
  private final int status;
  private final @Nullable String serverMessage;
  private final @Nullable String trackingKey;
  private final @Nullable String advice;

  /** A failure on this side. */
  public CommandFailure(ExitCode exitCode, String headline) {
    this(exitCode, headline, 0, null, null, null);
  }

  private CommandFailure(
      ExitCode exitCode,
      String headline,
      int status,
      @Nullable String serverMessage,
      @Nullable String trackingKey,
      @Nullable String advice) {
    super(headline);
    this.exitCode = exitCode;
    this.headline = headline;
    this.status = status;
    this.serverMessage = serverMessage;
    this.trackingKey = trackingKey;
    this.advice = advice;
  }

  /**
   * A refusal by the server.
   *
   * @param status the HTTP status
   * @param statusLine the status with its name, for example {@code 404 Not Found}
   * @param serverMessage what the server says about it
   * @param trackingKey what the server's log has beside the cause; null if it gave none
   */
  public static CommandFailure refusal(
      int status, String statusLine, String serverMessage, @Nullable String trackingKey) {
    return new CommandFailure(
        ExitCode.USAGE_OR_REFUSAL, statusLine, status, serverMessage, trackingKey, null);
  }

  /**
   * A refusal of the first request.
   *
   * @param status the HTTP status
   */
  public static CommandFailure firstRefusal(int status, String headline) {
    return new CommandFailure(ExitCode.NO_CONNECTION, headline, status, null, null, null);
  }

  /**
   * The same with a line on what to do, or what was done before.
   *
   * @param advice one sentence
   */
  public CommandFailure advising(String advice) {
    return new CommandFailure(exitCode, headline, status, serverMessage, trackingKey, advice);
  }

  /**
   * The same in other words than the server's, which does not know what the user typed.
   *
   * @param message one sentence
   */
  public CommandFailure saying(String message) {
    return new CommandFailure(exitCode, headline, status, message, trackingKey, advice);
  }

  /** What the process ends with. */
  public ExitCode exitCode() {
    return exitCode;
  }

  /** The first line of the message. */
  public String headline() {
    return headline;
  }

  /** The HTTP status of the server's refusal; 0 if it did not refuse. */
  public int status() {
    return status;
  }

  /** What the server said; null if it did not refuse. */
  public @Nullable String serverMessage() {
    return serverMessage;
  }

  /** What the server's log has beside the cause; null if there is none. */
  public @Nullable String trackingKey() {
    return trackingKey;
  }

  /** What we say about it; null if there is nothing to add. */
  public @Nullable String advice() {
    return advice;
  }
}
