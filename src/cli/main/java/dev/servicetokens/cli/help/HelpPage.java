package dev.servicetokens.cli.help;

import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import picocli.CommandLine;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.OptionSpec;

/** The help of a command in the documented layout. */
public final class HelpPage {

  private static final int NARROWEST_COLUMN = 11;

  private HelpPage() {}

  /** The whole page: a sentence, then the usage. */
  public static String of(CommandSpec command) {
    return sentence(command) + ".\n\n" + usage(command);
  }

  /** The page without its sentence, as it follows an error. */
  public static String usage(CommandSpec command) {
    return command.subcommands().isEmpty() ? leaf(command) : group(command);
  }

  private static String group(CommandSpec command) {
    String name = command.qualifiedName();
    StringBuilder page =
        new StringBuilder("Usage:\n  " + name + " [command]\n\nAvailable Commands:\n");
    Map<String, CommandLine> commands = new TreeMap<>(command.subcommands());
    int width = Math.max(NARROWEST_COLUMN, longest(commands.keySet()));
    commands.forEach(
        (subcommand, line) -> page.append(row(subcommand, width, sentence(line.getCommandSpec()))));
    if (command.parent() == null) {
      page.append("\nFlags:\n").append(flags(command.options()));
    }
    return page + "\nUse \"" + name + " [command] --help\" for more information about a command.\n";
  }

  private static String leaf(CommandSpec command) {
    StringBuilder page = new StringBuilder("Usage:\n  " + command.qualifiedName());
    command
        .positionalParameters()
        .forEach(argument -> page.append(" [").append(argument.paramLabel()).append("]"));
    page.append(" [flags]\n");
    List<OptionSpec> own = new ArrayList<>(command.options());
    List<OptionSpec> global = own.stream().filter(HelpPage::isGlobal).toList();
    own.removeAll(global);
    page.append("\nFlags:\n").append(flags(own));
    return page + "\nGlobal Flags:\n" + flags(global);
  }

  private static boolean isGlobal(OptionSpec option) {
    return option.inherited() && !option.usageHelp();
  }

  private static String flags(List<OptionSpec> options) {
    List<OptionSpec> sorted =
        options.stream().sorted(Comparator.comparing(OptionSpec::longestName)).toList();
    int width = longest(sorted.stream().map(HelpPage::flag).toList());
    StringBuilder text = new StringBuilder();
    sorted.forEach(option -> text.append(row(flag(option), width + 2, sentence(option))));
    return text.toString();
  }

  private static String flag(OptionSpec option) {
    String shortName = option.shortestName();
    String names =
        shortName.startsWith("--") ? "    " + shortName : shortName + ", " + option.longestName();
    return option.arity().max() == 0 ? names : names + " " + option.paramLabel();
  }

  private static String sentence(CommandSpec command) {
    return String.join(" ", command.usageMessage().description());
  }

  private static String sentence(OptionSpec option) {
    return String.join(" ", option.description());
  }

  private static int longest(Collection<String> texts) {
    return texts.stream().mapToInt(String::length).max().orElse(0);
  }

  private static String row(String left, int width, String right) {
    return "  " + left + " ".repeat(width - left.length() + 1) + right + "\n";
  }
}
