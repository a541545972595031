package dev.servicetokens.client;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Reads the error bodies of the contract, {@code ErrorsResponse}, {@code
 * ServiceTokenInvalidExpiryError} and OAuth's, and survives any other.
 */
final class ErrorBody {

  private static final ObjectMapper MAPPER = new ObjectMapper();

  private ErrorBody() {}

  static ServiceTokensError.Refused read(int status, @Nullable String body) {
    JsonNode json = parse(body);
    List<String> messages = new ArrayList<>();
    json.path("errors").forEach(error -> messages.add(error.path("message").asText()));
    messages.add(json.path("message").asText());
    messages.add(json.path("error_description").asText());
    messages.removeIf(String::isBlank);
    String message =
        messages.isEmpty()
            ? "The server answered with the status " + status + " and no explanation"
            : String.join("; ", messages);
    return new ServiceTokensError.Refused(status, message, json.path("trackingKey").asText(null));
  }

  private static JsonNode parse(@Nullable String body) {
    try {
      return body == null ? MAPPER.missingNode() : MAPPER.readTree(body);
    } catch (JsonProcessingException e) {
      return MAPPER.missingNode();
    }
  }
}
