package dev.servicetokens.web.json;

import io.micronaut.core.type.Argument;
import io.micronaut.json.tree.JsonNode;
import io.micronaut.serde.Decoder;
import io.micronaut.serde.Deserializer;
import jakarta.inject.Singleton;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;

/** Takes an array of JSON strings for a list of strings and nothing else. */
@Singleton
final class StrictStrings implements Deserializer<List<String>> {

  @Override
  public List<String> deserialize(
      Decoder decoder, DecoderContext context, Argument<? super List<String>> type)
      throws IOException {
    JsonNode node = decoder.decodeNode();
    if (!node.isArray()) {
      throw new WrongTypeException(type, "an array of strings");
    }
    List<String> strings = new ArrayList<>();
    for (JsonNode element : node.values()) {
      if (!element.isString()) {
        throw new WrongTypeException(type, "an array of strings");
      }
      strings.add(element.getStringValue());
    }
    return strings;
  }
}
