package dev.servicetokens.cli.completion;

import java.util.ArrayList;
import java.util.List;
import picocli.CommandLine;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.OptionSpec;

/** Writes completions for fish, for which the parser's library has none. */
final class FishScript {

  private final StringBuilder text = new StringBuilder("complete -c sts -f\n");

  private FishScript() {}

  static String of(CommandSpec root) {
    FishScript script = new FishScript();
    root.options().forEach(option -> script.option(option, "", ""));
    script.commands(root, List.of());
    return script.text.toString();
  }

  private void commands(CommandSpec command, List<String> path) {
    for (CommandLine subcommand : command.subcommands().values()) {
      CommandSpec spec = subcommand.getCommandSpec();
      text.append("complete -c sts -n '").append(condition(command, path)).append("' -a ");
      text.append(spec.name()).append(description(spec.usageMessage().description()));
      List<String> below = new ArrayList<>(path);
      below.add(spec.name());
      spec.options().stream()
          .filter(option -> !option.inherited())
          .forEach(option -> option(option, " -n '" + seen(below) + "'", permissions(spec)));
      commands(spec, below);
    }
  }

  private void option(OptionSpec option, String condition, String permissions) {
    text.append("complete -c sts").append(condition);
    for (String name : option.names()) {
      text.append(name.startsWith("--") ? " -l " + name.substring(2) : " -s " + name.substring(1));
    }
    if (option.completionCandidates() != null) {
      text.append(" -x -a '").append(String.join(" ", option.completionCandidates())).append("'");
    } else if (option.longestName().equals("--permission")) {
      text.append(" -x -a '").append(permissions).append("'");
    } else if (option.arity().max() > 0) {
      text.append(" -r");
    }
    text.append(description(option.description()));
  }

  /** Asks the program that is being completed, when fish wants the values of the flag. */
  private static String permissions(CommandSpec command) {
    return "(set -l sts (commandline -opc); $sts[1] completion permissions"
        + (command.name().endsWith("-permission") ? " --custom" : "")
        + " 2>/dev/null </dev/null)";
  }

  private static String condition(CommandSpec command, List<String> path) {
    if (path.isEmpty()) {
      return "__fish_use_subcommand";
    }
    return seen(path)
        + "; and not __fish_seen_subcommand_from "
        + String.join(" ", command.subcommands().keySet());
  }

  private static String seen(List<String> path) {
    return "__fish_seen_subcommand_from " + String.join("; and __fish_seen_subcommand_from ", path);
  }

  private static String description(String[] description) {
    return " -d '" + String.join(" ", description).replace("'", "\\'") + "'\n";
  }
}
