package dev.servicetokens.verification.http;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.servicetokens.text.InvalidInputException;
import dev.servicetokens.token.TokenString;
import io.micronaut.json.tree.JsonNode;
import org.jspecify.annotations.Nullable;

/**
 * Reads what stands in a JSON body that holds token strings. No message repeats anything of such a
 * body: whatever is in it, in a wrong place too, may be somebody's secret.
 */
final class BodyTokens {

  private BodyTokens() {}

  /**
   * The token string in that field, whatever it looks like. Half a character is none: encoded, it
   * would be the same as a question mark.
   *
   * @param field what messages call it
   * @throws InvalidInputException if it is missing, null, empty or of another type
   */
  static TokenString token(@Nullable JsonNode value, String field) {
    String text = value == null || !value.isString() ? "" : value.getStringValue();
    if (text.isEmpty() || !UTF_8.newEncoder().canEncode(text)) {
      throw new InvalidInputException(
          "%s must be a token string, and not empty; correct it.".formatted(field));
    }
    return TokenString.of(text);
  }
}
