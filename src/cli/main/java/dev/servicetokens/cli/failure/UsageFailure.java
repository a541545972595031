package dev.servicetokens.cli.failure;

import java.io.Serial;

/** A command line that cannot be understood; the usage of the command is shown with it. */
public final class UsageFailure extends CommandFailure {

  @Serial private static final long serialVersionUID = 1L;

  /**
   * Says what is wrong with the command line.
   *
   * @param message one line that says what to write instead
   */
  public UsageFailure(String message) {
    super(ExitCode.USAGE_OR_REFUSAL, message);
  }
}
