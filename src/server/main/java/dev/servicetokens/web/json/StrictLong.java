package dev.servicetokens.web.json;

import io.micronaut.core.type.Argument;
import io.micronaut.json.tree.JsonNode;
import io.micronaut.serde.Decoder;
import io.micronaut.serde.Deserializer;
import jakarta.inject.Singleton;
import java.io.IOException;
import java.math.BigDecimal;

/**
 * Takes a whole JSON number of 64 bits for a long and nothing else; the framework would cut off a
 * fraction and read strings and booleans.
 */
@Singleton
final class StrictLong implements Deserializer<Long> {

  @Override
  public Long deserialize(Decoder decoder, DecoderContext context, Argument<? super Long> type)
      throws IOException {
    JsonNode node = decoder.decodeNode();
    if (!node.isNumber()) {
      throw new WrongTypeException(type, "a number");
    }
    try {
      return new BigDecimal(node.getNumberValue().toString()).longValueExact();
    } catch (ArithmeticException | NumberFormatException e) { // The latter of "Infinity".
      throw new WrongTypeException(type, "a whole number of 64 bits");
    }
  }
}
