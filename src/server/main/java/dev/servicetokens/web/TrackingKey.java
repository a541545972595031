package dev.servicetokens.web;

import dev.servicetokens.log.TraceContext;
import dev.servicetokens.text.TokenText;
import io.micronaut.http.HttpRequest;
import java.util.HexFormat;
import java.util.UUID;

/**
 * The key of a request: made when somebody first asks, the same for everybody who asks later, so
 * that the answer, the log line and the audit event lead to each other. It begins with the trace
 * that the request says it is part of, if it says so, and is still another for each request.
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
              String key =
                  TraceContext.of(request)
                      .map(TraceContext::traceId)
                      .filter(trace -> !TokenText.isRevealedBy(trace))
                      .map(trace -> trace + "-" + ownDigits())
                      .orElseGet(TrackingKey::ofNoRequest);
              request.setAttribute(ATTRIBUTE, key);
              return key;
            });
  }

  private static String ownDigits() {
    return HexFormat.of().toHexDigits(UUID.randomUUID().getLeastSignificantBits());
  }

  /** Returns a new key, for what never became a request. */
  public static String ofNoRequest() {
    return UUID.randomUUID().toString();
  }
}
