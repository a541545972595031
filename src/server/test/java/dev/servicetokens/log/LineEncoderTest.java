package dev.servicetokens.log;

import static org.assertj.core.api.Assertions.assertThat;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.LoggerContext;
import ch.qos.logback.classic.spi.LoggingEvent;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import dev.servicetokens.text.TokenText;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.slf4j.event.KeyValuePair;

final class LineEncoderTest {

  private static final String TOKEN = "svctok-0123456789ABCDEFGHIJabcdefghij0123456789";
  private static final JsonMapper JSON =
      JsonMapper.builder().enable(JsonParser.Feature.STRICT_DUPLICATE_DETECTION).build();

  private final Logger logger = new LoggerContext().getLogger("dev.servicetokens.some.Place");
  private final LineEncoder encoder = new LineEncoder();

  @Test
  void writesALineForPeople() {
    assertThat(LineEncoder.text(event("Hello", null)))
        .isEqualTo("2026-11-29T12:34:56.789Z WARN  Place - Hello\n");
  }

  @Test
  void writesAnObjectWithTheNamesOfTheCommonSchema() throws Exception {
    LoggingEvent event =
        event(
            "Hello",
            new IllegalStateException("why"),
            "a thread",
            Map.of(
                "trace_id",
                "ab".repeat(16),
                "span_id",
                "cd".repeat(8),
                "trace_flags",
                "01",
                "a",
                "b"));
    event.setKeyValuePairs(
        List.of(new KeyValuePair("http.request.id", "r-1"), new KeyValuePair("message", "other")));

    JsonNode line = parsed(encoder.json(event));

    assertThat(line.get("@timestamp").textValue()).isEqualTo("2026-11-29T12:34:56.789Z");
    assertThat(line.get("log.level").textValue()).isEqualTo("WARN");
    assertThat(line.get("message").textValue()).isEqualTo("Hello");
    assertThat(line.get("ecs.version").textValue()).isEqualTo("8.11.0");
    assertThat(line.get("service.name").textValue()).isEqualTo("service-tokens");
    assertThat(line.get("log.logger").textValue()).isEqualTo("dev.servicetokens.some.Place");
    assertThat(line.get("process.thread.name").textValue()).isEqualTo("a thread");
    assertThat(line.get("process.pid").longValue()).isEqualTo(ProcessHandle.current().pid());
    assertThat(line.get("trace.id").textValue()).isEqualTo("ab".repeat(16));
    assertThat(line.get("span.id").textValue()).isEqualTo("cd".repeat(8));
    assertThat(line.get("http.request.id").textValue()).isEqualTo("r-1");
    assertThat(line.get("labels.a").textValue()).isEqualTo("b");
    assertThat(line.get("error.type").textValue()).isEqualTo("java.lang.IllegalStateException");
    assertThat(line.get("error.message").textValue()).isEqualTo("why");
    assertThat(line.get("error.stack_trace").textValue())
        .startsWith("java.lang.IllegalStateException: why\n\tat dev.servicetokens.log.");
  }

  /**
   * Whoever can have a text of theirs logged must not write lines of their own, or steer a
   * terminal.
   */
  @ParameterizedTest
  @ValueSource(
      strings = {
        "\n2026-11-29T00:00:00.000Z INFO  AuditTrail - forged",
        "\r\nforged",
        "\r",
        "\u0085forged",
        "\u2028forged\u2029forged",
        "\u001b[2J\u001b[31mred\u001b]0;title\u0007",
        "\u009b31m",
        "\u0000\u0008\u007f",
        "\ud800 unpaired",
        "unpaired \udc00",
        "\u202Eoverridden\u2066isolated",
        "\"},\"message\":\"forged\"}\n{\"message\":\"forged",
        "\\\"\\u000a\\",
        "\t"
      })
  void keepsATextInItsLine(String hostile) throws Exception {
    LoggingEvent event = event("a" + hostile + "b", null);
    LoggingEvent thrown =
        event(
            "x",
            new IllegalStateException(hostile, new RuntimeException("c" + hostile)),
            "t" + hostile,
            Map.of("k" + hostile, "v" + hostile));

    assertThat(LineEncoder.text(event)).endsWith("b\n").matches("[^\\p{Cntrl}]*\n");
    assertThat(LineEncoder.text(thrown).lines())
        .filteredOn(line -> !line.startsWith("\tat ") && !line.startsWith("\t... "))
        .hasSize(3)
        .allSatisfy(LineEncoderTest::assertHarmless);
    for (LoggingEvent each : List.of(event, thrown)) {
      String line = encoder.json(each);
      assertThat(line).endsWith("}\n").matches("[^\\p{Cntrl}]*\n");
      parsed(line)
          .properties()
          .forEach(
              field -> {
                assertHarmless(field.getKey().replace("\n", "").replace("\t", ""));
                assertHarmless(field.getValue().asText().replace("\n", "").replace("\t", ""));
              });
    }
    assertThat(parsed(encoder.json(event)).get("message").textValue())
        .startsWith("a")
        .endsWith("b");
  }

  private static void assertHarmless(String line) {
    assertThat(line.codePoints())
        .noneMatch(
            c ->
                Character.isISOControl(c)
                    || (c >= 0xD800 && c <= 0xDFFF)
                    || (c >= 0x2028 && c <= 0x202E)
                    || (c >= 0x2066 && c <= 0x2069));
  }

  @Test
  void masksTokenStringsWhereverTheyStand() {
    String configured = "configured \"token\" \\ of a bootstrap".replace(' ', '_');
    TokenText.hide(configured);
    for (String secret : List.of(TOKEN, configured)) {
      IllegalStateException fault =
          new IllegalStateException("a " + secret, new RuntimeException("b " + secret));
      fault.addSuppressed(new RuntimeException("c " + secret));
      LoggingEvent event =
          event("d " + secret + "\n", fault, "e " + secret, Map.of("f " + secret, "g " + secret));
      event.setKeyValuePairs(List.of(new KeyValuePair("h " + secret, secret)));

      for (String line : List.of(LineEncoder.text(event), encoder.json(event))) {
        assertThat(line).doesNotContain(secret, secret.substring(8, 20), "0123456789ABCDEF");
        assertThat(line).contains("a ", "b ", "c ", "d ");
      }
    }
  }

  /** A collector cuts what is too long, and then nothing of it can be read. */
  @Test
  void boundsALine() throws Exception {
    Throwable fault = new RuntimeException("x".repeat(100_000));
    for (int i = 0; i < 1000; i++) {
      fault = new RuntimeException("y".repeat(1000), fault);
    }
    String line = encoder.json(event("z".repeat(1_000_000), fault));
    assertThat(line.length()).isLessThan(100_000);
    assertThat(parsed(line).get("message").textValue()).hasSize(8001);
  }

  @Test
  void endsWhereAFaultIsItsOwnCause() throws Exception {
    RuntimeException one = new RuntimeException("one");
    one.initCause(new RuntimeException("two", one));
    assertThat(parsed(encoder.json(event("x", one))).get("error.stack_trace").textValue())
        .contains("Caused by: java.lang.RuntimeException: two", "one (written above)");
  }

  private static JsonNode parsed(String line) throws Exception {
    return JSON.readTree(line);
  }

  private LoggingEvent event(String message, @Nullable Throwable fault) {
    return event(message, fault, "a thread", Map.of());
  }

  private LoggingEvent event(
      String message, @Nullable Throwable fault, String thread, Map<String, String> context) {
    LoggingEvent event =
        new LoggingEvent("caller", logger, Level.WARN, message, fault, new Object[0]);
    event.setInstant(Instant.parse("2026-11-29T12:34:56.789Z"));
    event.setThreadName(thread);
    event.setMDCPropertyMap(context);
    return event;
  }
}
