package dev.servicetokens.web.json;

import dev.servicetokens.text.InvalidInputException;
import org.jspecify.annotations.Nullable;

/**
 * Asks for a field that a body must have: absent and {@code null} are the same to the framework.
 */
public final class RequiredField {

  private RequiredField() {}

  /**
   * The value itself.
   *
   * @throws InvalidInputException if it is null
   */
  public static <T> T required(String field, @Nullable T value) {
    if (value == null) {
      throw new InvalidInputException(
          "The field '%s' is missing or null; give it.".formatted(field));
    }
    return value;
  }
}
