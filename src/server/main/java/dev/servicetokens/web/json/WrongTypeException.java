package dev.servicetokens.web.json;

import io.micronaut.core.type.Argument;
import io.micronaut.serde.exceptions.SerdeException;

/** A field has a value of another type than the contract says; the message names both. */
public final class WrongTypeException extends SerdeException {

  private static final long serialVersionUID = 1L;

  WrongTypeException(Argument<?> field, String expected) {
    super("'%s' must be %s".formatted(field.getName(), expected));
  }
}
