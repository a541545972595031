package dev.servicetokens.cli;

import dev.servicetokens.cli.audit.AuditGroup;
import dev.servicetokens.cli.completion.CompletionGroup;
import dev.servicetokens.cli.context.ContextGroup;
import dev.servicetokens.cli.rbac.RbacGroup;
import dev.servicetokens.cli.servicetoken.ServiceTokenGroup;
import dev.servicetokens.cli.usersession.UserSessionGroup;
import dev.servicetokens.cli.usersession.WhoamiCommand;
import java.util.List;
import java.util.stream.Stream;
import picocli.CommandLine;

/** Sets the parser up to read command lines as the published command line does. */
final class CommandTree {

  private static final List<Class<?>> COMMANDS =
      List.of(
          AuditGroup.class,
          CompletionGroup.class,
          ContextGroup.class,
          HelpCommand.class,
          RbacGroup.class,
          ServeCommand.class,
          ServiceTokenGroup.class,
          UserSessionGroup.class,
          WhoamiCommand.class);

  private CommandTree() {}

  /**
   * A parser that fills the given command; it collects errors instead of throwing them.
   *
   * @param args what it is going to parse
   */
  static CommandLine parser(RootCommand root, String[] args) {
    CommandLine parser = new CommandLine(root);
    needed(args).forEach(parser::addSubcommand);
    parser.setOverwrittenOptionsAllowed(true);
    // Neither may a value that begins with @ be read as a file, nor quotes in it vanish.
    parser.setExpandAtFiles(false);
    parser.setTrimQuotes(false);
    parser.setInterpolateVariables(false);
    collectErrors(parser);
    return parser;
  }

  /**
   * The command that the line begins with, or all. To build the others, which nothing could ask
   * for, takes as long as an answer of the server; but a completion script tells of them.
   */
  private static Stream<Class<?>> needed(String[] args) {
    List<Class<?>> first =
        COMMANDS.stream()
            .filter(command -> args.length > 0 && name(command).equals(args[0]))
            .toList();
    return first.isEmpty() || first.contains(CompletionGroup.class)
        ? COMMANDS.stream()
        : first.stream();
  }

  private static String name(Class<?> command) {
    return command.getAnnotation(CommandLine.Command.class).name();
  }

  private static void collectErrors(CommandLine parser) {
    parser.getCommandSpec().parser().collectErrors(true);
    parser.getSubcommands().values().forEach(CommandTree::collectErrors);
  }
}
