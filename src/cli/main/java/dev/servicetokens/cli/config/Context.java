package dev.servicetokens.cli.config;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;

/**
 * A server under a name.
 *
 * @param name how the user calls it
 * @param settings where it is and how to reach it
 */
public record Context(String name, Settings settings) {

  /** The keys of the file that these settings stand for. */
  static final Set<String> KEYS =
      Set.of(
          "url",
          "api-token",
          "service-token",
          "api-path",
          "skip-ssl",
          "ca-cert-path",
          "ca-cert-base64-data");

  private static final String MASK = "********";
  private static final String TOKEN_PREFIX = "svctok-";

  /** Its settings under the file's keys, in the file's order. */
  Map<String, Object> toFile() {
    return fields(settings.apiToken(), settings.serviceToken());
  }

  /** Its settings under the file's keys with the tokens masked, for people and for JSON. */
  public Map<String, Object> masked() {
    return fields(mask(settings.apiToken()), mask(settings.serviceToken()));
  }

  private Map<String, Object> fields(String apiToken, String serviceToken) {
    Map<String, Object> fields = new LinkedHashMap<>();
    fields.put("url", settings.url());
    putUnlessEmpty(fields, "api-token", apiToken);
    putUnlessEmpty(fields, "service-token", serviceToken);
    fields.put("api-path", settings.apiPath());
    fields.put("admin-api-path", "");
    fields.put("skip-ssl", settings.skipSsl());
    putUnlessEmpty(fields, "ca-cert-path", settings.caCertPath());
    putUnlessEmpty(fields, "ca-cert-base64-data", settings.caCertBase64Data());
    return fields;
  }

  private static void putUnlessEmpty(Map<String, Object> fields, String key, String value) {
    if (!value.isEmpty()) {
      fields.put(key, value);
    }
  }

  private static String mask(String token) {
    if (token.isEmpty()) {
      return "";
    }
    return token.startsWith(TOKEN_PREFIX) ? TOKEN_PREFIX + MASK : MASK;
  }
}
