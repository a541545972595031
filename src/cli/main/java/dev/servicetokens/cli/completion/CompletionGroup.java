package dev.servicetokens.cli.completion;

import dev.servicetokens.cli.command.Command;
import dev.servicetokens.cli.command.Session;
import dev.servicetokens.cli.output.Report;
import dev.servicetokens.cli.output.TextOutput;
import java.util.Map;
import picocli.AutoComplete;
import picocli.CommandLine;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

/** The commands below {@code sts completion}. */
@CommandLine.Command(
    name = "completion",
    description = "Print a script that completes commands and flags in a shell",
    subcommands = {
      CompletionGroup.BashCommand.class,
      CompletionGroup.FishCommand.class,
      CompletionGroup.ZshCommand.class
    })
public final class CompletionGroup {

  /** {@code sts completion bash}. */
  @CommandLine.Command(
      name = "bash",
      description = "Print the script for bash: source <(sts completion bash)")
  static final class BashCommand implements Command {

    @Spec private CommandSpec command = CommandSpec.create();

    @Override
    public Report run(Session session) {
      return new Script(AutoComplete.bash("sts", command.root().commandLine()));
    }
  }

  /** {@code sts completion fish}. */
  @CommandLine.Command(
      name = "fish",
      description = "Print the script for fish: sts completion fish | source")
  static final class FishCommand implements Command {

    @Spec private CommandSpec command = CommandSpec.create();

    @Override
    public Report run(Session session) {
      return new Script(FishScript.of(command.root()));
    }
  }

  /** {@code sts completion zsh}. */
  @CommandLine.Command(
      name = "zsh",
      description = "Print the script for zsh: source <(sts completion zsh)")
  static final class ZshCommand implements Command {

    @Spec private CommandSpec command = CommandSpec.create();

    @Override
    public Report run(Session session) {
      return new Script(AutoComplete.bash("sts", command.root().commandLine()));
    }
  }

  /** A script for a shell to read. */
  record Script(String text) implements Report {

    @Override
    public void writeText(TextOutput out) {
      out.block(text.endsWith("\n") ? text : text + "\n");
    }

    @Override
    public Map<String, ?> json() {
      return Map.of("completion-script", text);
    }
  }
}
