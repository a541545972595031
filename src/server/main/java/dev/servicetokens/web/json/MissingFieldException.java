package dev.servicetokens.web.json;

import org.jspecify.annotations.Nullable;

/** A body lacks a field that it must have, or has null there. */
public final class MissingFieldException extends RuntimeException {

  private static final long serialVersionUID = 1L;

  private MissingFieldException(String field) {
    super("The field '%s' is missing or null; give it.".formatted(field));
  }

  /**
   * The value itself.
   *
   * @throws MissingFieldException if it is null
   */
  public static <T> T required(String field, @Nullable T value) {
    if (value == null) {
      throw new MissingFieldException(field);
    }
    return value;
  }
}
