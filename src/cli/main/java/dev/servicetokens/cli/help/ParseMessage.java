package dev.servicetokens.cli.help;

import dev.servicetokens.cli.failure.UsageFailure;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.MissingParameterException;
import picocli.CommandLine.Model.ArgSpec;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.OptionSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.ParseResult;
import picocli.CommandLine.UnmatchedArgumentException;

/** Says in one line what is wrong with a command line, and what was probably meant. */
public final class ParseMessage {

  /** The published command line sends this one empty where it is not given. */
  private static final String MAY_BE_EMPTY = "--dedicatedSubject";

  private ParseMessage() {}

  /**
   * Ends the command if something in its line was not understood.
   *
   * @throws UsageFailure for the first such thing
   */
  public static void throwFirst(ParseResult parsed) {
    requireValues(parsed);
    throwUnmatched(parsed);
    for (ParseResult level = parsed; level != null; level = below(level)) {
      for (Exception problem : level.errors()) {
        if (problem instanceof ParameterException error) {
          throw new UsageFailure(of(error));
        }
      }
    }
  }

  /** What is misspelt comes before what is missing: that may be the same. */
  private static void throwUnmatched(ParseResult parsed) {
    for (ParseResult level = parsed; level != null; level = below(level)) {
      if (!level.unmatched().isEmpty()) {
        throw new UsageFailure(unmatched(level.unmatched().getFirst(), level.commandSpec()));
      }
    }
  }

  private static @Nullable ParseResult below(ParseResult parsed) {
    return parsed.hasSubcommand() ? parsed.subcommand() : null;
  }

  /**
   * An empty value is a variable of a script that was never set; taken for no value, it would give
   * a token no end, or list all of them.
   */
  private static void requireValues(ParseResult parsed) {
    Stream<ArgSpec> given =
        Stream.concat(parsed.matchedOptions().stream(), parsed.matchedPositionals().stream())
            .filter(argument -> argument.originalStringValues().stream().anyMatch(String::isBlank));
    // A value of another type than text is not kept where it is not one.
    Stream<ArgSpec> refused =
        parsed.errors().stream()
            .filter(ParameterException.class::isInstance)
            .map(ParameterException.class::cast)
            .filter(problem -> problem.getArgSpec() != null && isBlank(problem.getValue()))
            .map(ParameterException::getArgSpec);
    Stream.concat(given, refused)
        .filter(argument -> !name(argument).equals(MAY_BE_EMPTY))
        .findFirst()
        .ifPresent(
            argument -> {
              throw new UsageFailure(
                  "the value of " + name(argument) + " is empty; give one, or leave it out");
            });
    if (parsed.hasSubcommand()) {
      requireValues(parsed.subcommand());
    }
  }

  private static boolean isBlank(@Nullable String value) {
    return value != null && value.isBlank();
  }

  private static String of(ParameterException problem) {
    CommandSpec command = problem.getCommandLine().getCommandSpec();
    return switch (problem) {
      case UnmatchedArgumentException unmatched ->
          unmatched(unmatched.getUnmatched().getFirst(), command);
      case MissingParameterException missing -> missing(missing);
      default -> firstLine(problem) + suggestion(problem);
    };
  }

  /** The choice that was probably meant, of a flag that has some. */
  private static String suggestion(ParameterException problem) {
    if (problem.getArgSpec() == null
        || problem.getArgSpec().completionCandidates() == null
        || problem.getValue() == null) {
      return "";
    }
    List<String> choices = new ArrayList<>();
    problem.getArgSpec().completionCandidates().forEach(choices::add);
    return suggestion(problem.getValue().toLowerCase(Locale.ROOT), choices);
  }

  private static String unmatched(String argument, CommandSpec command) {
    if (argument.startsWith("-") && argument.length() > 1) {
      String flag = argument.replaceFirst("=.*", "");
      return "unknown flag: " + flag + suggestion(flag, command.optionsMap().keySet());
    }
    if (command.subcommands().isEmpty()) {
      return "unexpected argument for \""
          + command.qualifiedName()
          + "\": "
          + (argument.startsWith("svctok-") ? "a token" : "\"" + argument + "\"");
    }
    return "unknown command \""
        + argument
        + ("\" for \"" + command.qualifiedName() + "\"")
        + suggestion(argument, command.subcommands().keySet());
  }

  private static String suggestion(String typed, Collection<String> words) {
    Optional<String> nearest = Nearest.to(typed, words);
    return nearest.map(word -> "; did you mean \"" + word + "\"?").orElse("");
  }

  private static String missing(MissingParameterException problem) {
    List<ArgSpec> missing = problem.getMissing();
    String names =
        missing.stream().map(ParseMessage::name).sorted().collect(Collectors.joining(", "));
    // The parser has one exception for a flag that is absent and for one without its value.
    return firstLine(problem).startsWith("Missing required parameter")
        ? "flag needs an argument: " + names
        : "required flag(s) " + names + " not set";
  }

  private static String name(ArgSpec argument) {
    return argument instanceof OptionSpec option ? option.longestName() : argument.paramLabel();
  }

  private static String firstLine(ParameterException problem) {
    return String.valueOf(problem.getMessage()).lines().findFirst().orElse("");
  }
}
