package dev.servicetokens.cli.command;

import dev.servicetokens.cli.failure.UsageFailure;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** The id of a service token, as the documented argument or as a flag. */
public final class TokenId {

  @Parameters(
      index = "0",
      arity = "0..1",
      paramLabel = "id",
      description = "Id of the service token")
  private String argument = "";

  @Option(
      names = {"-i", "--id"},
      paramLabel = "int",
      description = "Id of the service token, instead of the argument")
  private String flag = "";

  /** Whether one is given, in one of the two ways or in both. */
  public boolean isGiven() {
    return !argument.isEmpty() || !flag.isEmpty();
  }

  /**
   * The id.
   *
   * @throws UsageFailure if none or two are given, or something else
   */
  public long value() {
    if (argument.isEmpty() == flag.isEmpty()) {
      throw new UsageFailure(
          argument.isEmpty()
              ? "Which service token? Give its id, as \"sts service-token list\" shows it"
              : "The id is given as an argument and as a flag; give it once");
    }
    return parse(argument + flag);
  }

  /**
   * Reads an id.
   *
   * @throws UsageFailure if the text is none
   */
  public static long parse(String text) {
    try {
      return Long.parseLong(text);
    } catch (NumberFormatException e) {
      throw new UsageFailure(
          "\"" + text + "\" is not an id; \"sts service-token list\" shows the ids");
    }
  }
}
