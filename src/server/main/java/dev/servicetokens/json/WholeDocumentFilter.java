package dev.servicetokens.json;

import com.fasterxml.jackson.core.JacksonException;
import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonLocation;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.exc.StreamConstraintsException;
import io.micronaut.core.order.Ordered;
import io.micronaut.http.HttpMethod;
import io.micronaut.http.HttpRequest;
import io.micronaut.http.annotation.Body;
import io.micronaut.http.annotation.RequestFilter;
import io.micronaut.http.annotation.ServerFilter;
import io.micronaut.http.filter.ConditionalFilter;
import io.micronaut.http.filter.ServerFilterPhase;
import io.micronaut.web.router.RouteAttributes;
import java.io.IOException;
import java.io.UncheckedIOException;
import org.jspecify.annotations.Nullable;

/**
 * Refuses a body that is not one whole JSON value, after authorization and before anything is made
 * of it: the framework stops reading where the value that it looks for ends. Thread-safe.
 */
@ServerFilter(ServerFilter.MATCH_ALL_PATTERN)
final class WholeDocumentFilter implements ConditionalFilter, Ordered {

  private final JsonFactory factory = new JsonFactory();

  @RequestFilter
  void requireOneValue(HttpRequest<?> request, @Body byte @Nullable [] body) {
    if (RouteAttributes.getRouteMatch(request).isEmpty()) {
      return;
    }
    if (body == null) {
      throw noBody();
    }
    try (JsonParser parser = factory.createParser(body)) {
      if (parser.nextToken() == null) {
        throw noBody();
      }
      parser.skipChildren();
      if (parser.nextToken() != null) {
        throw new MalformedJsonException("The body goes on after its JSON value; send one value.");
      }
    } catch (StreamConstraintsException e) {
      throw new MalformedJsonException(
          "The body's JSON is nested too deeply or has too long a value.");
    } catch (JacksonException e) {
      JsonLocation place = e.getLocation();
      throw new MalformedJsonException(
          "The body is not JSON: it breaks off at line %d, column %d."
              .formatted(place.getLineNr(), place.getColumnNr()));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** A pattern or a list of methods on the filter would be matched anew for each request. */
  @Override
  public boolean isEnabled(HttpRequest<?> request) {
    HttpMethod method = request.getMethod();
    return (method == HttpMethod.POST || method == HttpMethod.PUT)
        && request.getPath().startsWith("/api/");
  }

  private static MalformedJsonException noBody() {
    return new MalformedJsonException("The request has no body; send a JSON object.");
  }

  @Override
  public int getOrder() {
    return ServerFilterPhase.SECURITY.after();
  }
}
