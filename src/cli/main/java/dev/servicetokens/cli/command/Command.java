package dev.servicetokens.cli.command;

import dev.servicetokens.cli.output.Report;

/** A command that does something; one that only has commands below it is not one of these. */
public interface Command {

  /**
   * Does what the command line asks.
   *
   * @throws dev.servicetokens.cli.failure.CommandFailure if that is not possible
   */
  Report run(Session session);

  /** Whether what it reports can be written as lines for a shell, too ({@code -o env}). */
  default boolean hasShellForm() {
    return false;
  }
}
