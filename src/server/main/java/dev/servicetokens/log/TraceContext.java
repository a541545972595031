package dev.servicetokens.log;

import io.micronaut.http.HttpRequest;
import io.micronaut.http.context.ServerRequestContext;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * The trace that a request is part of, as its sender says in {@code traceparent} (<a
 * href="https://www.w3.org/TR/trace-context/#traceparent-header">W3C Trace Context</a>). It is read
 * when something is written down that belongs to a request, and never else. Nobody else's {@code
 * tracestate} is read at all, because this server sends none on.
 *
 * @param traceId 32 hexadecimal digits, not all of them zero
 * @param spanId 16 of them: the sender's span, or ours if an agent makes spans here
 */
public record TraceContext(String traceId, String spanId) {

  private static final String HEADER = "traceparent";
  private static final int LENGTH = 55;
  private static final Pattern FORM =
      Pattern.compile("(?!ff)[0-9a-f]{2}-(?!0{32})[0-9a-f]{32}-(?!0{16})[0-9a-f]{16}-[0-9a-f]{2}");
  private static final Pattern TRACE_ID = Pattern.compile("(?!0{32})[0-9a-f]{32}");
  private static final Pattern SPAN_ID = Pattern.compile("(?!0{16})[0-9a-f]{16}");

  /** The one of the request that this thread is answering; empty without one. */
  static Optional<TraceContext> current() {
    return ServerRequestContext.currentRequest().flatMap(TraceContext::of);
  }

  /** The one that a request names; empty if it names none, several, or one that is not valid. */
  public static Optional<TraceContext> of(HttpRequest<?> request) {
    List<String> values = request.getHeaders().getAll(HEADER);
    return values.size() == 1 ? of(values.getFirst()) : Optional.empty();
  }

  /** Reads a header. Of a version that is not known yet, as much as this one has. */
  static Optional<TraceContext> of(String header) {
    boolean isLonger = header.length() > LENGTH;
    if (header.length() < LENGTH
        || (isLonger && (header.startsWith("00") || header.charAt(LENGTH) != '-'))) {
      return Optional.empty();
    }
    String known = header.substring(0, LENGTH);
    return FORM.matcher(known).matches()
        ? Optional.of(new TraceContext(known.substring(3, 35), known.substring(36, 52)))
        : Optional.empty();
  }

  /**
   * Takes the one out of a line's context that OpenTelemetry's agent has put there.
   *
   * @param context loses its fields
   */
  static Optional<TraceContext> takeFrom(Map<String, String> context) {
    @Nullable String traceId = context.remove("trace_id");
    @Nullable String spanId = context.remove("span_id");
    context.remove("trace_flags");
    return traceId != null
            && spanId != null
            && TRACE_ID.matcher(traceId).matches()
            && SPAN_ID.matcher(spanId).matches()
        ? Optional.of(new TraceContext(traceId, spanId))
        : Optional.empty();
  }
}
