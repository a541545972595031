package dev.servicetokens.token.http;

import dev.servicetokens.access.SubjectHandle;
import dev.servicetokens.text.AddressBlock;
import dev.servicetokens.text.InvalidInputException;
import dev.servicetokens.token.RateLimit;
import dev.servicetokens.token.TokenBounds;
import dev.servicetokens.token.TokenUpdate;
import dev.servicetokens.token.TokenUpdate.Value;
import io.micronaut.json.tree.JsonNode;
import java.math.BigDecimal;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * Reads what to change of a token. From the tree, because a field that is null removes something
 * and one that is left out does not, which is the same to the generated type.
 */
final class WireTokenUpdate {

  private static final Set<String> FIELDS =
      Set.of(
          "name",
          "description",
          "expiryDate",
          "roles",
          "enabled",
          "allowedCidrs",
          "rateLimit",
          "maximumUses");

  private static final Set<String> RATE_LIMIT_FIELDS = Set.of("limit", "per");

  private WireTokenUpdate() {}

  /**
   * What the body says.
   *
   * @throws InvalidInputException if it is not of the contract
   */
  static TokenUpdate toDomain(JsonNode body) {
    if (!body.isObject()) {
      throw new InvalidInputException(
          "The body is not the JSON object that this operation takes; /docs shows it.");
    }
    requireKnown(body, FIELDS);
    return new TokenUpdate(
        present(body, "name", WireTokenUpdate::text),
        orNothing(body, "description", WireTokenUpdate::textOrNothing),
        present(body, "roles", WireTokenUpdate::roles),
        orNothing(body, "expiryDate", (field, node) -> Instant.ofEpochMilli(number(field, node))),
        present(body, "enabled", WireTokenUpdate::flag),
        blocks(body.get("allowedCidrs")),
        orNothing(body, "rateLimit", WireTokenUpdate::rateLimit),
        orNothing(body, "maximumUses", WireTokenUpdate::maximumUses));
  }

  /** Reads the value of a field; its name is for messages. */
  @FunctionalInterface
  private interface Reading<T extends @Nullable Object> {
    T read(String field, JsonNode node);
  }

  private static void requireKnown(JsonNode object, Set<String> known) {
    for (Map.Entry<String, JsonNode> field : object.entries()) {
      if (!known.contains(field.getKey())) {
        throw new InvalidInputException(
            "The field '%s' is unknown here; remove it or correct its name."
                .formatted(field.getKey()));
      }
    }
  }

  /** Null if the field is left out; refuses null where nothing can be removed. */
  private static <T> @Nullable T present(JsonNode body, String field, Reading<T> reading) {
    JsonNode node = body.get(field);
    if (node != null && node.isNull()) {
      throw new InvalidInputException(
          "The field '%s' cannot be null; give it a value, or leave it out.".formatted(field));
    }
    return node == null ? null : reading.read(field, node);
  }

  private static <T> @Nullable Value<T> orNothing(
      JsonNode body, String field, Reading<@Nullable T> reading) {
    JsonNode node = body.get(field);
    if (node == null) {
      return null;
    }
    return new Value<>(node.isNull() ? null : reading.read(field, node));
  }

  private static String text(String field, JsonNode node) {
    if (!node.isString()) {
      throw wrongType(field, "a string");
    }
    return node.getStringValue();
  }

  private static @Nullable String textOrNothing(String field, JsonNode node) {
    String text = text(field, node);
    return text.isEmpty() ? null : text;
  }

  private static boolean flag(String field, JsonNode node) {
    if (!node.isBoolean()) {
      throw wrongType(field, "true or false");
    }
    return node.getBooleanValue();
  }

  private static long number(String field, JsonNode node) {
    if (!node.isNumber()) {
      throw wrongType(field, "a number");
    }
    try {
      return new BigDecimal(node.getNumberValue().toString()).longValueExact();
    } catch (ArithmeticException | NumberFormatException e) { // The latter of "Infinity".
      throw wrongType(field, "a whole number of 64 bits");
    }
  }

  private static List<SubjectHandle> roles(String field, JsonNode node) {
    return each(field, node, SubjectHandle::of);
  }

  private static @Nullable List<AddressBlock> blocks(@Nullable JsonNode node) {
    if (node == null || node.isNull()) {
      return node == null ? null : List.of();
    }
    return TokenBounds.blocks(each("allowedCidrs", node, Function.identity()));
  }

  private static <T> List<T> each(String field, JsonNode node, Function<String, T> reading) {
    String expected = "an array of strings";
    if (!node.isArray()) {
      throw wrongType(field, expected);
    }
    List<T> read = new ArrayList<>();
    for (JsonNode item : node.values()) {
      if (!item.isString()) {
        throw wrongType(field, expected);
      }
      read.add(reading.apply(item.getStringValue()));
    }
    return read;
  }

  private static RateLimit rateLimit(String field, JsonNode node) {
    JsonNode limit = node.isObject() ? node.get("limit") : null;
    JsonNode per = node.isObject() ? node.get("per") : null;
    if (limit == null || per == null) {
      throw wrongType(field, "an object with 'limit' and 'per', or null");
    }
    requireKnown(node, RATE_LIMIT_FIELDS);
    return RateLimit.of(number("limit", limit), text("per", per));
  }

  private static Long maximumUses(String field, JsonNode node) {
    return TokenBounds.maximumUses(number(field, node));
  }

  private static InvalidInputException wrongType(String field, String expected) {
    return new InvalidInputException(
        "The field '%s' must be %s; correct it.".formatted(field, expected));
  }
}
