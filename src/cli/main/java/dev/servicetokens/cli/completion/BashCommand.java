package dev.servicetokens.cli.completion;

import dev.servicetokens.cli.command.Command;
import dev.servicetokens.cli.command.Session;
import dev.servicetokens.cli.output.Report;
import picocli.AutoComplete;
import picocli.CommandLine;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

/** {@code sts completion bash}. */
@CommandLine.Command(
    name = "bash",
    description = "Print the script for bash: source <(sts completion bash)")
final class BashCommand implements Command {

  @Spec private CommandSpec command = CommandSpec.create();

  @Override
  public Report run(Session session) {
    return new Script(AutoComplete.bash("sts", command.root().commandLine()));
  }
}
