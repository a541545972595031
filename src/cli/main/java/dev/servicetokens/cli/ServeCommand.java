package dev.servicetokens.cli;

import dev.servicetokens.cli.command.Command;
import dev.servicetokens.cli.command.Session;
import dev.servicetokens.cli.failure.CommandFailure;
import dev.servicetokens.cli.failure.ExitCode;
import dev.servicetokens.cli.output.Report;
import picocli.CommandLine;

/** {@code sts serve}, which the launcher script does; here it only stands in the help. */
@CommandLine.Command(name = "serve", description = "Start the server")
final class ServeCommand implements Command {

  @Override
  public Report run(Session session) {
    throw new CommandFailure(
        ExitCode.USAGE_OR_REFUSAL,
        "The server is started by the launcher script; run \"./sts serve\" in the project's folder");
  }
}
