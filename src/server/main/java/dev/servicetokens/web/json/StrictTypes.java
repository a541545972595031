package dev.servicetokens.web.json;

import io.micronaut.context.annotation.Factory;
import io.micronaut.core.type.Argument;
import io.micronaut.json.tree.JsonNode;
import io.micronaut.serde.Deserializer;
import jakarta.inject.Singleton;
import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.List;

/**
 * Takes a field of a body for its own type only. The framework would take {@code 1} and {@code
 * ["a"]} for strings, cut off the fraction of a number, and read strings and booleans as numbers.
 */
@Factory
final class StrictTypes {

  /** JSON strings. */
  @Singleton
  Deserializer<String> strings() {
    return (decoder, context, type) -> string(decoder.decodeNode(), type, "a string");
  }

  /** Arrays of JSON strings and of nothing else. */
  @Singleton
  Deserializer<List<String>> listsOfStrings() {
    return (decoder, context, type) -> {
      String expected = "an array of strings";
      JsonNode node = decoder.decodeNode();
      if (!node.isArray()) {
        throw new WrongTypeException(type, expected);
      }
      List<String> strings = new ArrayList<>();
      for (JsonNode element : node.values()) {
        strings.add(string(element, type, expected));
      }
      return strings;
    };
  }

  /** Whole JSON numbers of 64 bits. */
  @Singleton
  Deserializer<Long> longs() {
    return (decoder, context, type) -> {
      JsonNode node = decoder.decodeNode();
      if (!node.isNumber()) {
        throw new WrongTypeException(type, "a number");
      }
      try {
        return new BigDecimal(node.getNumberValue().toString()).longValueExact();
      } catch (ArithmeticException | NumberFormatException e) { // The latter of "Infinity".
        throw new WrongTypeException(type, "a whole number of 64 bits");
      }
    };
  }

  private static String string(JsonNode node, Argument<?> type, String expected)
      throws WrongTypeException {
    if (!node.isString()) {
      throw new WrongTypeException(type, expected);
    }
    return node.getStringValue();
  }
}
