package dev.servicetokens.web.json;

import io.micronaut.core.type.Argument;
import io.micronaut.json.tree.JsonNode;
import io.micronaut.serde.Decoder;
import io.micronaut.serde.Deserializer;
import jakarta.inject.Singleton;
import java.io.IOException;

/**
 * Takes a JSON string for a string and nothing else; the framework would take {@code 1} and {@code
 * ["a"]}, too.
 */
@Singleton
final class StrictString implements Deserializer<String> {

  @Override
  public String deserialize(Decoder decoder, DecoderContext context, Argument<? super String> type)
      throws IOException {
    JsonNode node = decoder.decodeNode();
    if (!node.isString()) {
      throw new WrongTypeException(type, "a string");
    }
    return node.getStringValue();
  }
}
