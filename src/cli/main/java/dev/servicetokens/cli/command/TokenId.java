package dev.servicetokens.cli.command;

import dev.servicetokens.cli.failure.UsageFailure;

/** The id of a service token. */
public final class TokenId {

  private TokenId() {}

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
