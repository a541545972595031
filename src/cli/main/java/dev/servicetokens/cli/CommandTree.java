package dev.servicetokens.cli;

import dev.servicetokens.cli.audit.AuditGroup;
import dev.servicetokens.cli.command.Command;
import dev.servicetokens.cli.command.GlobalFlags;
import dev.servicetokens.cli.command.Session;
import dev.servicetokens.cli.completion.CompletionGroup;
import dev.servicetokens.cli.context.ContextGroup;
import dev.servicetokens.cli.failure.CommandFailure;
import dev.servicetokens.cli.failure.ExitCode;
import dev.servicetokens.cli.output.Report;
import dev.servicetokens.cli.rbac.RbacGroup;
import dev.servicetokens.cli.servicetoken.ServiceTokenGroup;
import dev.servicetokens.cli.usersession.UserSessionGroup;
import dev.servicetokens.cli.usersession.WaitCommand;
import dev.servicetokens.cli.usersession.WhoamiCommand;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/**
 * The commands below {@code sts}, and the parser that reads command lines as the published command
 * line does.
 */
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
          WaitCommand.class,
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

  /** {@code sts} itself, which has the flags of every command. */
  @CommandLine.Command(name = "sts", description = "Create, list and delete service tokens")
  static final class RootCommand {

    @Mixin private final GlobalFlags flags = new GlobalFlags();

    @Option(names = "--version", versionHelp = true, description = "Show the version")
    private boolean version;

    GlobalFlags flags() {
      return flags;
    }

    boolean version() {
      return version;
    }
  }

  /** {@code sts help …}, another way to write {@code sts … --help}. */
  @CommandLine.Command(name = "help", description = "Show the help of a command")
  static final class HelpCommand {

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

  /**
   * {@code sts serve}, which the launcher script does; here it only stands in the help and is
   * completed. Its flags are those that the server's own list of settings has.
   */
  @CommandLine.Command(name = "serve", description = "Start the server")
  static final class ServeCommand implements Command {

    @Option(
        names = "--host",
        paramLabel = "string",
        description = "Address to listen on (MICRONAUT_SERVER_HOST)")
    @Nullable String host;

    @Option(
        names = "--port",
        paramLabel = "int",
        description = "Port to listen on, -1 for a free one (MICRONAUT_SERVER_PORT)")
    @Nullable String port;

    @Option(
        names = "--data-directory",
        paramLabel = "string",
        description = "Where the data lie (SERVICE_TOKENS_DATA_DIRECTORY)")
    @Nullable String dataDirectory;

    @Option(
        names = "--check",
        description = "Say what a start would do, and whether it could, and start nothing")
    boolean check;

    @Override
    public Report run(Session session) {
      throw new CommandFailure(
          ExitCode.USAGE_OR_REFUSAL,
          "The server is started by the launcher script; run \"./sts serve\" in the project's"
              + " folder");
    }
  }
}
