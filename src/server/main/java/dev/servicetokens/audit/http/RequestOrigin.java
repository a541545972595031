package dev.servicetokens.audit.http;

import dev.servicetokens.audit.Origin;
import dev.servicetokens.web.ClientAddresses;
import dev.servicetokens.web.TrackingKey;
import io.micronaut.http.HttpHeaders;
import io.micronaut.http.HttpRequest;
import io.micronaut.http.context.ServerRequestContext;
import jakarta.inject.Singleton;
import org.jspecify.annotations.Nullable;

/** Takes the origin from the request that the framework is answering. Thread-safe. */
@Singleton
final class RequestOrigin implements Origin.Current {

  private final ClientAddresses addresses;

  RequestOrigin(ClientAddresses addresses) {
    this.addresses = addresses;
  }

  @Override
  public Origin get() {
    return ServerRequestContext.currentRequest().map(this::of).orElse(Origin.NONE);
  }

  @Override
  public @Nullable String address() {
    return ServerRequestContext.currentRequest().map(this::address).orElse(null);
  }

  private Origin of(HttpRequest<?> request) {
    return new Origin(
        address(request),
        request.getHeaders().get(HttpHeaders.USER_AGENT),
        TrackingKey.of(request));
  }

  private String address(HttpRequest<?> request) {
    return addresses.of(request).getHostAddress();
  }
}
