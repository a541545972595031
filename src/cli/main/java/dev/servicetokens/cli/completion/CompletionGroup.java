package dev.servicetokens.cli.completion;

import dev.servicetokens.cli.command.Command;
import dev.servicetokens.cli.command.Session;
import dev.servicetokens.cli.environment.Environment;
import dev.servicetokens.cli.help.ManPage;
import dev.servicetokens.cli.output.Report;
import dev.servicetokens.cli.output.TextOutput;
import dev.servicetokens.cli.rbac.KnownPermissions;
import dev.servicetokens.cli.server.ServerConnection;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import picocli.CommandLine;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** The commands below {@code sts completion}. */
@CommandLine.Command(
    name = "completion",
    description = "Print a script that completes commands, flags and permissions in a shell",
    subcommands = {
      CompletionGroup.BashCommand.class,
      CompletionGroup.FishCommand.class,
      CompletionGroup.ManCommand.class,
      CompletionGroup.PermissionsCommand.class,
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
      return new Script(BashScript.of(command.root()));
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

  /** {@code sts completion man}: not for a shell, but made of the same commands. */
  @CommandLine.Command(
      name = "man",
      description = "Print the manual page: sts completion man > sts.1")
  static final class ManCommand implements Command {

    @Spec private CommandSpec command = CommandSpec.create();

    @Override
    public Report run(Session session) {
      return new Script(ManPage.of(command.root(), Environment.version()));
    }
  }

  /** {@code sts completion permissions}: what the scripts ask when a permission is completed. */
  @CommandLine.Command(
      name = "permissions",
      description = "Print the names of permissions, one in a line, for these scripts")
  static final class PermissionsCommand implements Command {

    /** Whatever a server says, nothing in it means something to a shell. */
    private static final Pattern HARMLESS = Pattern.compile("[A-Za-z0-9][A-Za-z0-9._:-]*");

    @Option(names = "--custom", description = "Only those that can be deleted")
    private boolean custom;

    @Override
    public Report run(Session session) {
      ServerConnection connection = session.connect();
      KnownPermissions known =
          custom ? KnownPermissions.askForDeletable(connection) : KnownPermissions.ask(connection);
      return new Names(known.names().stream().filter(HARMLESS.asMatchPredicate()).toList());
    }

    private record Names(List<String> names) implements Report {

      @Override
      public void writeText(TextOutput out) {
        names.forEach(out::line);
      }

      @Override
      public Map<String, ?> json() {
        return Map.of("permissions", names);
      }
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
      return new Script(BashScript.of(command.root()));
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
