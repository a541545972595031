package dev.servicetokens.cli;

import dev.servicetokens.cli.command.Command;
import dev.servicetokens.cli.command.GlobalFlags;
import dev.servicetokens.cli.command.Printer;
import dev.servicetokens.cli.command.Session;
import dev.servicetokens.cli.environment.Environment;
import dev.servicetokens.cli.environment.Undecoded;
import dev.servicetokens.cli.failure.CommandFailure;
import dev.servicetokens.cli.failure.ExitCode;
import dev.servicetokens.cli.failure.UsageFailure;
import dev.servicetokens.cli.help.HelpPage;
import dev.servicetokens.cli.help.ParseMessage;
import dev.servicetokens.cli.output.Report;
import java.io.PrintStream;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParseResult;

/** The {@code sts} command line, from the words of a shell to an exit code. */
public final class Sts {

  private final Environment environment;
  private final CommandTree.RootCommand root = new CommandTree.RootCommand();
  private final Printer printer;

  private Sts(Environment environment) {
    this.environment = environment;
    this.printer = new Printer(environment, root.flags());
  }

  /** Runs in this process and ends it. */
  public static void main(String[] args) {
    System.exit(run(Environment.ofProcess(), args));
  }

  /**
   * Runs one command line. Nothing but the environment is read or written, and it can be called any
   * number of times, also at once.
   *
   * @return the exit code
   */
  public static int run(Environment environment, String... args) {
    ExitCode exitCode = new Sts(environment).run(args);
    environment.err().flush();
    environment.out().flush();
    return exitCode.number();
  }

  private ExitCode run(String[] args) {
    String[] line = CommandTree.HelpCommand.rewrite(args);
    ParseResult parsed = CommandTree.parser(root, line).parseArgs(line);
    CommandSpec command = deepest(parsed);
    try {
      requireDecoded(args);
      ParseMessage.throwFirst(parsed);
      perform(command);
      return ExitCode.OK;
    } catch (CommandFailure failure) {
      report(failure, command);
      return failure.exitCode();
    } catch (RuntimeException e) {
      return reportFault(e, command);
    }
  }

  private static void requireDecoded(String[] args) {
    for (int index = 0; index < args.length; index++) {
      if (Undecoded.isIn(args[index])) {
        throw new UsageFailure("argument " + (index + 1) + " " + Undecoded.ADVICE);
      }
    }
  }

  private void perform(CommandSpec command) {
    Report report = Report.NOTHING;
    if (root.version()) {
      environment.out().print("sts version " + Environment.release() + "\n");
    } else if (!flags().help() && command.userObject() instanceof Command runnable) {
      if (printer.shell() && !runnable.hasShellForm()) {
        throw new UsageFailure(
            "-o env is for commands that make a service token; give -o text or -o json");
      }
      report = runnable.run(new Session(environment, flags(), printer));
      printer.report(report);
    } else {
      environment.out().print(HelpPage.of(command));
    }
    requireWritten(report);
  }

  /** A new token that did not get out is lost: the caller must learn of it. */
  private void requireWritten(Report report) {
    if (environment.out().checkError()) {
      String lost = report.ifLost();
      throw new CommandFailure(
          ExitCode.CONFIGURATION,
          "Standard output cannot be written (no space, or nobody reads it)"
              + (lost.isEmpty() ? "" : "; " + lost));
    }
  }

  private void report(CommandFailure failure, CommandSpec command) {
    if (failure instanceof UsageFailure && !printer.json()) {
      // Whoever reads the output expects what the command finds, not how it is used.
      PrintStream usage = environment.outIsTerminal() ? environment.out() : environment.err();
      usage.print(HelpPage.usage(command) + "\n");
      usage.flush();
    }
    // Last, where a person looks.
    printer.failure(failure);
  }

  /** Names the place and not the message, which might hold what a user must not see. */
  private ExitCode reportFault(RuntimeException fault, CommandSpec command) {
    StackTraceElement[] trace = fault.getStackTrace();
    String place = trace.length == 0 ? "an unknown place" : trace[0].toString();
    String kind = fault.getClass().getSimpleName();
    report(
        new CommandFailure(
            ExitCode.CONFIGURATION,
            "This is a fault of sts; please report it with these words: " + kind + " at " + place),
        command);
    return ExitCode.CONFIGURATION;
  }

  private GlobalFlags flags() {
    return root.flags();
  }

  private static CommandSpec deepest(ParseResult parsed) {
    ParseResult result = parsed;
    while (result.hasSubcommand()) {
      result = result.subcommand();
    }
    return result.commandSpec();
  }
}
