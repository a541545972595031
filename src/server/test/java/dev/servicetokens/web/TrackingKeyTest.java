package dev.servicetokens.web;

import static org.assertj.core.api.Assertions.assertThat;

import dev.servicetokens.text.TokenText;
import io.micronaut.http.HttpRequest;
import org.junit.jupiter.api.Test;

final class TrackingKeyTest {

  private static final String TRACE = "4bf92f3577b34da6a3ce929d0e0e4736";

  @Test
  void isTheSameForEverybodyWhoAsks() {
    HttpRequest<?> request = HttpRequest.GET("/");
    assertThat(TrackingKey.of(request))
        .isEqualTo(TrackingKey.of(request))
        .isNotEqualTo(TrackingKey.of(HttpRequest.GET("/")));
  }

  /** So that a trace leads to the log; the rest is ours, because a caller may send it twice. */
  @Test
  void beginsWithTheTraceOfTheRequest() {
    assertThat(TrackingKey.of(traced(TRACE)))
        .matches(TRACE + "-[0-9a-f]{16}")
        .isNotEqualTo(TrackingKey.of(traced(TRACE)));
  }

  @Test
  void hasNothingOfATraceThatIsNotValid() {
    assertThat(TrackingKey.of(traced(TRACE.replace('4', 'G'))))
        .matches("[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}");
  }

  /** It is answered, logged and stored, which no token string is, wherever somebody puts it. */
  @Test
  void hasNothingOfATraceThatIsATokenString() {
    String configured = "c0ffee".repeat(5) + "01";
    TokenText.hide(configured);
    assertThat(TrackingKey.of(traced(configured))).doesNotContain("c0ffee");
  }

  private static HttpRequest<?> traced(String traceId) {
    return HttpRequest.GET("/").header("traceparent", "00-" + traceId + "-00f067aa0ba902b7-01");
  }
}
