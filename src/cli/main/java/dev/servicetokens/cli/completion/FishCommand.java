package dev.servicetokens.cli.completion;

import dev.servicetokens.cli.command.Command;
import dev.servicetokens.cli.command.Session;
import dev.servicetokens.cli.output.Report;
import picocli.CommandLine;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

/** {@code sts completion fish}. */
@CommandLine.Command(
    name = "fish",
    description = "Print the script for fish: sts completion fish | source")
final class FishCommand implements Command {

  @Spec private CommandSpec command = CommandSpec.create();

  @Override
  public Report run(Session session) {
    return new Script(FishScript.of(command.root()));
  }
}
