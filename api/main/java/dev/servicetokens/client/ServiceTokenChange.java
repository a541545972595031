package dev.servicetokens.client;

import com.fasterxml.jackson.annotation.JsonValue;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.servicetokens.client.model.TokenRateLimit;
import java.time.Duration;
import java.time.Instant;
import java.util.List;

/**
 * What to change of a service token with {@code updateServiceToken}: what is not mentioned stays as
 * it is. Each method adds one thing and gives the same change back. Not safe for use by several
 * threads until it is complete.
 *
 * <pre>{@code
 * client.serviceTokens().updateServiceToken(id, new ServiceTokenChange().enabled(false), null);
 * }</pre>
 */
public final class ServiceTokenChange {

  private final ObjectNode fields = JsonNodeFactory.instance.objectNode();

  /** Changes nothing yet; the server refuses one that stays so. */
  public ServiceTokenChange() {}

  /** Another name. */
  public ServiceTokenChange name(String name) {
    fields.put("name", name);
    return this;
  }

  /** Another description. */
  public ServiceTokenChange description(String description) {
    fields.put("description", description);
    return this;
  }

  /** No description any more. */
  public ServiceTokenChange withoutDescription() {
    fields.putNull("description");
    return this;
  }

  /** All roles that it shall have, handles of subjects. */
  public ServiceTokenChange roles(List<String> handles) {
    fields.set("roles", texts(handles));
    return this;
  }

  /** Another end, to the millisecond. */
  public ServiceTokenChange expiresAt(Instant end) {
    fields.put("expiryDate", end.toEpochMilli());
    return this;
  }

  /** It never ends. */
  public ServiceTokenChange withoutExpiry() {
    fields.putNull("expiryDate");
    return this;
  }

  /** Whether it is accepted at all. */
  public ServiceTokenChange enabled(boolean enabled) {
    fields.put("enabled", enabled);
    return this;
  }

  /**
   * All blocks of addresses from which it may be used, {@code 192.0.2.0/24} for example; 1 to 64.
   */
  public ServiceTokenChange allowedCidrs(List<String> blocks) {
    fields.set("allowedCidrs", texts(blocks));
    return this;
  }

  /** It may be used from any address. */
  public ServiceTokenChange fromAnyAddress() {
    fields.putNull("allowedCidrs");
    return this;
  }

  /**
   * How often it may be used.
   *
   * @param limit so many uses, 1 to 1000000
   * @param per within any such time; whole seconds, from one to a day
   */
  public ServiceTokenChange rateLimit(long limit, Duration per) {
    ObjectNode rate = fields.putObject("rateLimit");
    rate.put("limit", limit);
    rate.put("per", per.toString());
    return this;
  }

  /** The same, as a service token that was read has it. */
  public ServiceTokenChange rateLimit(TokenRateLimit limit) {
    return rateLimit(limit.getLimit(), Duration.parse(limit.getPer()));
  }

  /** It may be used as often as it comes. */
  public ServiceTokenChange withoutRateLimit() {
    fields.putNull("rateLimit");
    return this;
  }

  /** How many times it may be used in all, what it has used already included. */
  public ServiceTokenChange maximumUses(long uses) {
    fields.put("maximumUses", uses);
    return this;
  }

  /** Its uses are not limited. What was counted is forgotten. */
  public ServiceTokenChange withoutMaximumUses() {
    fields.putNull("maximumUses");
    return this;
  }

  /** As it is sent; a field that is null removes something. */
  @JsonValue
  ObjectNode toJson() {
    return fields;
  }

  /** As it is sent. */
  @Override
  public String toString() {
    return fields.toString();
  }

  private static ArrayNode texts(List<String> values) {
    ArrayNode array = JsonNodeFactory.instance.arrayNode();
    values.forEach(array::add);
    return array;
  }
}
