package dev.servicetokens.web;

import io.micronaut.http.HttpRequest;
import java.util.UUID;

/**
 * The key of a request: made when somebody first asks, the same for everybody who asks later, so
 * that the answer, the log line and the audit event lead to each other.
 */
public final class TrackingKey {

  private static final String ATTRIBUTE = TrackingKey.class.getName();

  private TrackingKey() {}

  /**
   * Returns the key of that request. Not thread-safe for one request, which one thread handles
   * after the other.
   */
  public static String of(HttpRequest<?> request) {
    return request
        .getAttribute(ATTRIBUTE, String.class)
        .orElseGet(
            () -> {
              String key = ofNoRequest();
              request.setAttribute(ATTRIBUTE, key);
              return key;
            });
  }

  /** Returns a new key, for what never became a request. */
  public static String ofNoRequest() {
    return UUID.randomUUID().toString();
  }
}
