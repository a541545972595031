package dev.servicetokens.log;

import static org.assertj.core.api.Assertions.assertThat;

import io.micronaut.http.HttpRequest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class TraceContextTest {

  private static final String TRACE = "4bf92f3577b34da6a3ce929d0e0e4736";
  private static final String SPAN = "00f067aa0ba902b7";

  @ParameterizedTest
  @ValueSource(
      strings = {
        "00-" + TRACE + "-" + SPAN + "-01",
        "00-" + TRACE + "-" + SPAN + "-ff",
        "cc-" + TRACE + "-" + SPAN + "-01-what-a-later-version-adds",
        "cc-" + TRACE + "-" + SPAN + "-01-",
        "fe-" + TRACE + "-" + SPAN + "-01"
      })
  void readsWhatIsValid(String header) {
    assertThat(TraceContext.of(header)).contains(new TraceContext(TRACE, SPAN));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "00",
        "00-" + TRACE + "-" + SPAN,
        "00-" + TRACE + "-" + SPAN + "-1",
        "00-" + TRACE + "-" + SPAN + "-01-",
        "00-" + TRACE + "-" + SPAN + "-01 ",
        "00-" + TRACE + "-" + SPAN + "-0G",
        "ff-" + TRACE + "-" + SPAN + "-01",
        "cc-" + TRACE + "-" + SPAN + "-01x",
        "00-00000000000000000000000000000000-" + SPAN + "-01",
        "00-" + TRACE + "-0000000000000000-01",
        "00-4BF92F3577B34DA6A3CE929D0E0E4736-" + SPAN + "-01",
        "00-4bf92f3577b34da6a3ce929d0e0e473\n-" + SPAN + "-01",
        "00_" + TRACE + "_" + SPAN + "_01",
        "0x-" + TRACE + "-" + SPAN + "-01"
      })
  void ignoresWhatIsNot(String header) {
    assertThat(TraceContext.of(header)).isEmpty();
  }

  /** Of two, nobody knows which one the sender meant. */
  @Test
  void ignoresTwo() {
    String header = "00-" + TRACE + "-" + SPAN + "-01";
    HttpRequest<?> one = HttpRequest.GET("/").header("traceparent", header);
    HttpRequest<?> two =
        HttpRequest.GET("/").header("traceparent", header).header("TraceParent", header);
    assertThat(TraceContext.of(one)).isPresent();
    assertThat(TraceContext.of(two)).isEmpty();
    assertThat(TraceContext.of(HttpRequest.GET("/"))).isEmpty();
  }
}
