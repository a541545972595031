package dev.servicetokens.web.json;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.fasterxml.jackson.core.JacksonException;
import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonLocation;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.StreamReadFeature;
import com.fasterxml.jackson.core.exc.StreamConstraintsException;
import dev.servicetokens.text.InvalidInputException;
import dev.servicetokens.web.LateBodies;
import dev.servicetokens.web.RequestBody;
import io.micronaut.core.order.Ordered;
import io.micronaut.core.propagation.PropagatedContext;
import io.micronaut.http.HttpRequest;
import io.micronaut.http.HttpResponse;
import io.micronaut.http.MediaType;
import io.micronaut.http.ServerHttpRequest;
import io.micronaut.http.annotation.RequestFilter;
import io.micronaut.http.annotation.ServerFilter;
import io.micronaut.http.filter.ConditionalFilter;
import io.micronaut.http.filter.ServerFilterPhase;
import io.micronaut.web.router.RouteAttributes;
import io.micronaut.web.router.RouteInfo;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Refuses a body that is not one whole JSON value, or that gives a field twice at any depth, after
 * authorization and before anything is made of it: the framework stops reading where the value that
 * it looks for ends, and of a field in a tree takes the last. A body is read only where the
 * operation takes one; any other is left alone, and with it the memory that it would need. None is
 * decompressed, because a few bytes can become a gigabyte. What is authorized is a request whose
 * body is here, so one whose body comes later is authorized again then. Thread-safe.
 */
@ServerFilter(ServerFilter.MATCH_ALL_PATTERN)
final class WholeDocumentFilter implements ConditionalFilter, Ordered {

  private static final Pattern REPEATED_FIELD = Pattern.compile("Duplicate field '(.*)'");

  private final JsonFactory factory =
      JsonFactory.builder().enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION).build();

  private final @Nullable LateBodies late;

  /**
   * @param late null where the framework's own filter authorizes, which cannot be asked again
   */
  WholeDocumentFilter(@Nullable LateBodies late) {
    this.late = late;
  }

  /**
   * Reads the body ahead of the operation and leaves it to be read again. The filter asks for
   * itself whether it is wanted: with a filter before routing, the framework runs each filter
   * without a look at {@link #isEnabled}.
   */
  @RequestFilter
  @Nullable CompletionStage<Optional<HttpResponse<?>>> requireOneValue(HttpRequest<?> request) {
    if (!isEnabled(request) || !(request instanceof ServerHttpRequest<?> withBody)) {
      return null;
    }
    CompletionStage<byte[]> body = RequestBody.read(withBody);
    if (body.toCompletableFuture().isDone()) {
      return body.thenApply(this::goOn);
    }
    PropagatedContext context = PropagatedContext.getOrEmpty();
    return body.thenCompose(bytes -> context.propagate(() -> decideAgain(request, bytes)));
  }

  private CompletionStage<Optional<HttpResponse<?>>> decideAgain(
      HttpRequest<?> request, byte[] body) {
    @Nullable CompletionStage<Optional<HttpResponse<?>>> decided =
        late == null ? null : late.decideAgain(request);
    return decided == null
        ? CompletableFuture.completedStage(goOn(body))
        : decided.thenApply(refusal -> refusal.isPresent() ? refusal : goOn(body));
  }

  private Optional<HttpResponse<?>> goOn(byte[] body) {
    requireOneValue(body);
    return Optional.empty();
  }

  private void requireOneValue(byte[] body) {
    try (JsonParser parser = factory.createParser(text(body))) {
      if (parser.nextToken() == null) {
        throw new InvalidInputException("The request has no body; send a JSON object.");
      }
      parser.skipChildren();
      if (parser.nextToken() != null) {
        throw new InvalidInputException("The body goes on after its JSON value; send one value.");
      }
    } catch (StreamConstraintsException e) {
      throw new InvalidInputException(
          "The body's JSON is nested too deeply or has too long a value.");
    } catch (JacksonException e) {
      Matcher repeated = REPEATED_FIELD.matcher(e.getOriginalMessage());
      if (repeated.matches()) {
        throw new InvalidInputException(
            "The field '%s' is given twice; give it once.".formatted(repeated.group(1)));
      }
      JsonLocation place = e.getLocation();
      throw new InvalidInputException(
          "The body is not JSON: it breaks off at line %d, column %d."
              .formatted(place.getLineNr(), place.getColumnNr()));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /**
   * The text that these bytes are. JSON has one encoding, UTF-8 without a byte order mark (RFC
   * 8259, section 8.1); the parser would guess others, and would take a form that is too long for
   * the character that it hides from whoever looked before us.
   */
  private static String text(byte[] body) {
    try {
      String text = UTF_8.newDecoder().decode(ByteBuffer.wrap(body)).toString();
      if (text.startsWith("\uFEFF")) {
        throw new InvalidInputException(
            "The body begins with a byte order mark; send UTF-8 without one.");
      }
      return text;
    } catch (CharacterCodingException e) {
      throw new InvalidInputException("The body is not UTF-8; send it in that encoding.");
    }
  }

  /** A pattern or a list of methods on the filter would be matched anew for each request. */
  @Override
  public boolean isEnabled(HttpRequest<?> request) {
    return request.getMethod().requiresRequestBody()
        && RouteAttributes.getRouteInfo(request)
            .filter(route -> !takesOtherThanJson(route))
            .flatMap(RouteInfo::getRequestBodyType)
            .isPresent();
  }

  /** Such an operation reads its body itself. */
  private static boolean takesOtherThanJson(RouteInfo<?> route) {
    return route.getConsumes().contains(MediaType.ALL_TYPE);
  }

  @Override
  public int getOrder() {
    return ServerFilterPhase.SECURITY.after();
  }
}
