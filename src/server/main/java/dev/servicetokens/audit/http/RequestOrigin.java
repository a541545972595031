package dev.servicetokens.audit.http;

import dev.servicetokens.audit.CurrentOrigin;
import dev.servicetokens.audit.KnownSecrets;
import dev.servicetokens.audit.Origin;
import dev.servicetokens.tracking.TrackingKey;
import io.micronaut.http.HttpHeaders;
import io.micronaut.http.HttpRequest;
import io.micronaut.http.context.ServerRequestContext;
import io.micronaut.http.server.HttpServerConfiguration;
import jakarta.inject.Singleton;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Takes the origin from the request that the framework is answering. The address is the
 * connection's; only if {@code micronaut.server.client-address-header} names a header is it what
 * that header says, because anybody can send one. Thread-safe.
 */
@Singleton
final class RequestOrigin implements CurrentOrigin {

  private static final Pattern WORD_THAT_COULD_BE_A_SECRET = Pattern.compile("[!-~]{20,}");

  private final @Nullable String addressHeader;
  private final KnownSecrets secrets;

  RequestOrigin(HttpServerConfiguration configuration, KnownSecrets secrets) {
    this.addressHeader = configuration.getClientAddressHeader();
    this.secrets = secrets;
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
        withoutSecrets(request.getHeaders().get(HttpHeaders.USER_AGENT)),
        TrackingKey.of(request));
  }

  private String address(HttpRequest<?> request) {
    if (addressHeader != null) {
      String said = withoutSecrets(request.getHeaders().get(addressHeader));
      if (said != null && !said.isBlank()) {
        return said;
      }
    }
    InetSocketAddress connection = request.getRemoteAddress();
    @Nullable InetAddress address = connection.getAddress();
    return address == null ? connection.getHostString() : address.getHostAddress();
  }

  private @Nullable String withoutSecrets(@Nullable String text) {
    return text == null
        ? null
        : WORD_THAT_COULD_BE_A_SECRET
            .matcher(text)
            .replaceAll(word -> secrets.isKnown(word.group()) ? "…" : "$0");
  }
}
