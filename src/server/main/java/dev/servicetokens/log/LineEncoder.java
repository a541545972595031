package dev.servicetokens.log;

import static java.nio.charset.StandardCharsets.UTF_8;

import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.classic.spi.IThrowableProxy;
import ch.qos.logback.core.encoder.EncoderBase;
import dev.servicetokens.text.TokenText;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;
import org.slf4j.event.KeyValuePair;

/**
 * Makes the bytes of a line from what is logged, whoever logs it, as text or as an object of JSON
 * (<a href="https://www.elastic.co/docs/reference/ecs">Elastic Common Schema</a>). In both, every
 * token string is masked, wherever it stands, and what would end the line or steer a terminal is
 * written so that it can be seen, so that nobody's text can pass for a line of ours. Thread-safe.
 */
public final class LineEncoder extends EncoderBase<ILoggingEvent> {

  private static final DateTimeFormatter TIME =
      DateTimeFormatter.ofPattern("yyyy-MM-dd'T'HH:mm:ss.SSS'Z'", Locale.ROOT)
          .withZone(ZoneOffset.UTC);

  private static final String VERSION_OF_NAMES = "8.11.0";

  /** A collector may cut longer lines in two, neither of which would be an object. */
  private static final int LONGEST_MESSAGE = 8_000;

  private final long processId = ProcessHandle.current().pid();
  private final String version = version();

  /** Made by Logback. */
  public LineEncoder() {}

  @Override
  public byte[] encode(ILoggingEvent event) {
    return (LogSettings.isJson() ? json(event) : text(event)).getBytes(UTF_8);
  }

  /** Returns a line for people, with the stack trace in further lines. */
  static String text(ILoggingEvent event) {
    StringBuilder line = new StringBuilder(200);
    TIME.formatTo(event.getInstant(), line);
    line.append(' ').append("%-5s".formatted(event.getLevel())).append(' ');
    String logger = event.getLoggerName();
    line.append(logger, logger.lastIndexOf('.') + 1, logger.length()).append(" - ");
    String message = masked(event.getFormattedMessage());
    VisibleText.append(line, message, false);
    TraceContext.current()
        .map(TraceContext::traceId)
        .filter(id -> !message.contains(id))
        .ifPresent(id -> line.append(" [trace ").append(masked(id)).append(']'));
    line.append('\n');
    @Nullable IThrowableProxy thrown = event.getThrowableProxy();
    if (thrown != null) {
      StackTraces.append(line, thrown);
    }
    return line.toString();
  }

  /** Returns one object in one line. */
  String json(ILoggingEvent event) {
    Map<String, String> context = new TreeMap<>(event.getMDCPropertyMap());
    Optional<TraceContext> trace = TraceContext.takeFrom(context).or(TraceContext::current);
    JsonLine line =
        new JsonLine()
            .add("@timestamp", TIME.format(event.getInstant()))
            .add("log.level", event.getLevel().toString())
            .add("message", masked(event.getFormattedMessage()))
            .add("ecs.version", VERSION_OF_NAMES)
            .add("service.name", "service-tokens")
            .add("service.version", version)
            .add("process.pid", processId)
            .add("process.thread.name", masked(event.getThreadName()))
            .add("log.logger", masked(event.getLoggerName()));
    trace.ifPresent(
        found -> line.add("trace.id", masked(found.traceId())).add("span.id", found.spanId()));
    if (event.getKeyValuePairs() != null) {
      for (KeyValuePair field : event.getKeyValuePairs()) {
        line.add(masked(field.key), masked(String.valueOf(field.value)));
      }
    }
    context.forEach((key, value) -> line.add("labels." + masked(key), masked(value)));
    @Nullable IThrowableProxy thrown = event.getThrowableProxy();
    if (thrown != null) {
      StringBuilder stack = new StringBuilder(2000);
      StackTraces.append(stack, thrown);
      line.add("error.type", thrown.getClassName())
          .add("error.message", masked(thrown.getMessage()))
          .add("error.stack_trace", stack.toString());
    }
    return line.end();
  }

  /** Masks token strings before anything else is done to a text, which could tear one apart. */
  static String masked(@Nullable String text) {
    String masked = TokenText.mask(text == null ? "null" : text);
    return masked.length() <= LONGEST_MESSAGE ? masked : masked.substring(0, LONGEST_MESSAGE) + "…";
  }

  private static String version() {
    @Nullable String version = LineEncoder.class.getPackage().getImplementationVersion();
    return version == null ? "0.0.0-dev" : version;
  }

  @Override
  public byte[] headerBytes() {
    return new byte[0];
  }

  @Override
  public byte[] footerBytes() {
    return new byte[0];
  }
}
