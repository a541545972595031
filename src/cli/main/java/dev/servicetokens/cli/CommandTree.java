package dev.servicetokens.cli;

import picocli.CommandLine;

/** Sets the parser up to read command lines as the published command line does. */
final class CommandTree {

  private CommandTree() {}

  /** A parser that fills the given command; it collects errors instead of throwing them. */
  static CommandLine parser(RootCommand root) {
    CommandLine parser = new CommandLine(root);
    parser.setOverwrittenOptionsAllowed(true);
    // Neither may a value that begins with @ be read as a file, nor quotes in it vanish.
    parser.setExpandAtFiles(false);
    parser.setTrimQuotes(false);
    parser.setInterpolateVariables(false);
    collectErrors(parser);
    return parser;
  }

  private static void collectErrors(CommandLine parser) {
    parser.getCommandSpec().parser().collectErrors(true);
    parser.getSubcommands().values().forEach(CommandTree::collectErrors);
  }
}
