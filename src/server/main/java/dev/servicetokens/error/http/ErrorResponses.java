package dev.servicetokens.error.http;

import dev.servicetokens.error.Refusal;
import dev.servicetokens.error.Refusals;
import dev.servicetokens.generated.model.ErrorsResponse;
import dev.servicetokens.generated.model.ErrorsResponseType;
import dev.servicetokens.generated.model.InternalError;
import dev.servicetokens.generated.model.InternalErrorType;
import dev.servicetokens.generated.model.OAuthError;
import dev.servicetokens.generated.model.ServiceTokenInvalidExpiryError;
import dev.servicetokens.generated.model.ServiceTokenInvalidExpiryErrorType;
import dev.servicetokens.verification.RateLimitExceeded;
import dev.servicetokens.verification.RateLimitedException;
import dev.servicetokens.web.OAuthRequests;
import dev.servicetokens.web.RequestCounts;
import dev.servicetokens.web.TrackingKey;
import dev.servicetokens.web.connection.EarlyRefusals;
import io.micronaut.http.HttpHeaders;
import io.micronaut.http.HttpRequest;
import io.micronaut.http.HttpStatus;
import io.micronaut.http.MediaType;
import io.micronaut.http.MutableHttpResponse;
import io.micronaut.json.JsonMapper;
import jakarta.inject.Singleton;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Clock;
import java.util.List;

/**
 * Writes a refusal as the contract has it, and one line into the log with the same tracking key.
 * Thread-safe.
 */
@Singleton
final class ErrorResponses implements EarlyRefusals {

  /** How to authenticate (RFC 9110, section 11.6.1). */
  private static final String CHALLENGE = "ApiKey realm=\"service-tokens\"";

  /** In a field of its own behind it: existing clients look at the first one. */
  private static final String BEARER_CHALLENGE = "Bearer realm=\"service-tokens\"";

  private static final String OAUTH_CHALLENGE = "Basic realm=\"service-tokens\"";

  private final Clock clock;
  private final RefusalLog log;
  private final OAuthRequests oauth;
  private final RequestCounts counts;
  private final JsonMapper json;

  ErrorResponses(
      Clock clock, RefusalLog log, OAuthRequests oauth, RequestCounts counts, JsonMapper json) {
    this.clock = clock;
    this.log = log;
    this.oauth = oauth;
    this.counts = counts;
    this.json = json;
  }

  /** Fills the response: status, body, media type and the headers that go with the status. */
  MutableHttpResponse<Object> write(
      HttpRequest<?> request, Refusal refusal, Throwable cause, MutableHttpResponse<?> response) {
    String trackingKey = TrackingKey.of(request);
    log.write(trackingKey, request, refusal, cause);
    boolean isOAuth = oauth.include(request);
    MutableHttpResponse<Object> answer =
        response
            .status(refusal.status())
            .body(isOAuth ? oauthBody(refusal) : body(refusal, trackingKey))
            .contentType(MediaType.APPLICATION_JSON_TYPE)
            .header(HttpHeaders.CACHE_CONTROL, "no-store");
    if (refusal.status() == HttpStatus.UNAUTHORIZED) {
      challenges(isOAuth)
          .forEach(challenge -> answer.header(HttpHeaders.WWW_AUTHENTICATE, challenge));
    } else if (refusal.status() == HttpStatus.SERVICE_UNAVAILABLE
        || refusal.status() == HttpStatus.TOO_MANY_REQUESTS) {
      answer.header(HttpHeaders.RETRY_AFTER, Integer.toString(refusal.waitSeconds()));
    }
    if (cause instanceof RateLimitedException limited) {
      answer
          .header(RateLimitExceeded.STATE, limited.exceeded().state())
          .header(RateLimitExceeded.POLICY, limited.exceeded().policy());
    }
    if (refusal.status() == HttpStatus.REQUEST_TIMEOUT
        || refusal.status() == HttpStatus.REQUEST_ENTITY_TOO_LARGE) {
      answer.header(HttpHeaders.CONNECTION, "close"); // The rest of the request is not waited for.
    }
    return answer;
  }

  private static List<String> challenges(boolean isOAuth) {
    return isOAuth ? List.of(OAUTH_CHALLENGE) : List.of(CHALLENGE, BEARER_CHALLENGE);
  }

  @Override
  public byte[] body(RuntimeException failure) {
    Refusal refusal = Refusals.of(failure);
    String trackingKey = TrackingKey.ofNoRequest();
    log.writeEarly(trackingKey, refusal);
    counts.countEarly(refusal.status().getCode());
    try {
      return json.writeValueAsBytes(body(refusal, trackingKey));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** The description may hold few signs only (RFC 6749, section 5.2). */
  private static OAuthError oauthBody(Refusal refusal) {
    StringBuilder description = new StringBuilder(refusal.message());
    for (int i = 0; i < description.length(); i++) {
      char c = description.charAt(i);
      if (c == '"') {
        description.setCharAt(i, '\'');
      } else if (c < ' ' || c > '~' || c == '\\') {
        description.setCharAt(i, '?');
      }
    }
    return new OAuthError(Refusals.oauthCode(refusal.status()), description.toString());
  }

  private Object body(Refusal refusal, String trackingKey) {
    return switch (refusal.kind()) {
      case INVALID_EXPIRY ->
          new ServiceTokenInvalidExpiryError(
              ServiceTokenInvalidExpiryErrorType.SERVICE_TOKEN_INVALID_EXPIRY_ERROR,
              refusal.message());
      case GENERAL ->
          new ErrorsResponse(
              ErrorsResponseType.ERRORS_RESPONSE,
              trackingKey,
              clock.millis(),
              List.of(new InternalError(InternalErrorType.INTERNAL_ERROR, refusal.message())));
    };
  }
}
