package dev.servicetokens.audit.http;

import dev.servicetokens.audit.CurrentOrigin;
import dev.servicetokens.audit.Origin;
import dev.servicetokens.tracking.TrackingKey;
import io.micronaut.http.HttpHeaders;
import io.micronaut.http.HttpRequest;
import io.micronaut.http.context.ServerRequestContext;
import io.micronaut.http.server.util.HttpClientAddressResolver;
import jakarta.inject.Singleton;
import org.jspecify.annotations.Nullable;

/**
 * Takes the origin from the request that the framework is answering. The address is the
 * connection's, or what a proxy says in the header that {@code
 * micronaut.server.client-address-header} names. Thread-safe.
 */
@Singleton
final class RequestOrigin implements CurrentOrigin {

  private final HttpClientAddressResolver addresses;

  RequestOrigin(HttpClientAddressResolver addresses) {
    this.addresses = addresses;
  }

  @Override
  public Origin get() {
    return ServerRequestContext.currentRequest().map(this::of).orElse(Origin.NONE);
  }

  @Override
  public @Nullable String address() {
    return ServerRequestContext.currentRequest().map(addresses::resolve).orElse(null);
  }

  private Origin of(HttpRequest<?> request) {
    return new Origin(
        addresses.resolve(request),
        request.getHeaders().get(HttpHeaders.USER_AGENT),
        TrackingKey.of(request));
  }
}
