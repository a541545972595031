package dev.servicetokens.cli.help;

import java.util.TreeMap;
import picocli.CommandLine.Model.CommandSpec;

/** The manual page: the help of every command, in the language of {@code man}. */
public final class ManPage {

  private final StringBuilder page = new StringBuilder();

  private ManPage() {}

  /**
   * The whole page.
   *
   * @param root the command that has all others below it
   * @param version of the program
   */
  public static String of(CommandSpec root, String version) {
    ManPage man = new ManPage();
    man.page.append(".TH STS 1 \"\" \"Service Tokens ").append(escaped(version)).append("\"\n");
    man.page.append(".SH NAME\nsts \\- create, list and delete service tokens\n");
    man.page.append(".SH SYNOPSIS\n\\fBsts\\fR [command] [flags]\n.SH COMMANDS\n");
    man.add(root);
    return man.page.toString();
  }

  private void add(CommandSpec command) {
    page.append(".SS ").append(escaped(command.qualifiedName())).append("\n.nf\n");
    HelpPage.of(command).lines().forEach(line -> page.append(escaped(line)).append('\n'));
    page.append(".fi\n");
    new TreeMap<>(command.subcommands()).values().forEach(below -> add(below.getCommandSpec()));
  }

  /** Text that {@code man} shows as it is. */
  private static String escaped(String line) {
    String text = line.replace("\\", "\\e").replace("-", "\\-");
    return text.startsWith(".") || text.startsWith("'") ? "\\&" + text : text;
  }
}
