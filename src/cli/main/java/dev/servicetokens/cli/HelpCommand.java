package dev.servicetokens.cli;

import java.util.Arrays;
import picocli.CommandLine;

/** {@code sts help …}, another way to write {@code sts … --help}. */
@CommandLine.Command(name = "help", description = "Show the help of a command")
final class HelpCommand {

  private static final String NAME = "help";

  /** The same command line with the flag in place of the command. */
  static String[] rewrite(String[] args) {
    if (args.length == 0 || !args[0].equals(NAME)) {
      return args;
    }
    String[] rewritten = Arrays.copyOfRange(args, 1, args.length + 1);
    rewritten[args.length - 1] = "--help";
    return rewritten;
  }
}
