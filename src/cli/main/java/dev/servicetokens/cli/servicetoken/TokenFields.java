package dev.servicetokens.cli.servicetoken;

import dev.servicetokens.client.model.ServiceToken;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;

/** A service token for programs, as the server shows it. */
final class TokenFields {

  private TokenFields() {}

  /** All fields that have a value. */
  static Map<String, Object> of(ServiceToken token) {
    Map<String, Object> fields = new TreeMap<>();
    fields.put("id", token.getId());
    fields.put("lastUpdateTimestamp", token.getLastUpdateTimestamp());
    fields.put("name", token.getName());
    fields.put("description", token.getDescription());
    fields.put("expiration", token.getExpiration());
    fields.put("roles", token.getRoles());
    fields.put("dedicatedSubject", token.getDedicatedSubject());
    fields.put("creationTimestamp", token.getCreationTimestamp());
    fields.put("creatorId", token.getCreatorId());
    fields.put("creatorName", token.getCreatorName());
    fields.put("lastUsedTimestamp", token.getLastUsedTimestamp());
    fields.put("lastUsedAddress", token.getLastUsedAddress());
    fields.put("useCount", token.getUseCount());
    fields.values().removeIf(Objects::isNull);
    return fields;
  }
}
