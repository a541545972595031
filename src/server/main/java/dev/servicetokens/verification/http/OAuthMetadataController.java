package dev.servicetokens.verification.http;

import dev.servicetokens.web.BasePath;
import dev.servicetokens.web.ClientAddresses;
import dev.servicetokens.web.OAuthRequests;
import dev.servicetokens.web.PublicUrlConfiguration;
import io.micronaut.http.HttpHeaders;
import io.micronaut.http.HttpRequest;
import io.micronaut.http.HttpResponse;
import io.micronaut.http.annotation.Controller;
import io.micronaut.http.annotation.Get;
import io.micronaut.http.server.HttpServerConfiguration;
import io.micronaut.http.server.exceptions.NotFoundException;
import io.micronaut.runtime.server.EmbeddedServer;
import io.micronaut.security.annotation.Secured;
import io.micronaut.security.rules.SecurityRule;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Tells OAuth's clients where to ask (RFC 8414), whoever they are. What a request says of the
 * server's name counts for nothing, or its sender could lead other clients, and their tokens, to a
 * server of its own. So where nobody has configured the name, only this machine is answered.
 * Thread-safe.
 */
@Controller
@Secured(SecurityRule.IS_ANONYMOUS)
final class OAuthMetadataController {

  private static final List<String> WAYS_TO_AUTHENTICATE =
      List.of("client_secret_basic", "client_secret_post");

  private final PublicUrlConfiguration configuration;
  private final ClientAddresses addresses;
  private final EmbeddedServer server;
  private final String basePath;

  OAuthMetadataController(
      PublicUrlConfiguration configuration,
      ClientAddresses addresses,
      EmbeddedServer server,
      HttpServerConfiguration http) {
    this.configuration = configuration;
    this.addresses = addresses;
    this.server = server;
    this.basePath = BasePath.of(http);
  }

  /**
   * Where to ask what.
   *
   * @throws NotFoundException if nobody has said where the server is reached, and another machine
   *     asks
   */
  @Get("/.well-known/oauth-authorization-server")
  HttpResponse<Map<String, Object>> metadata(HttpRequest<?> request) {
    String issuer = issuer(request);
    Map<String, Object> metadata = new LinkedHashMap<>();
    metadata.put("issuer", issuer);
    metadata.put("introspection_endpoint", issuer + OAuthRequests.PATH + "introspect");
    metadata.put("introspection_endpoint_auth_methods_supported", WAYS_TO_AUTHENTICATE);
    metadata.put("revocation_endpoint", issuer + OAuthRequests.PATH + "revoke");
    metadata.put("revocation_endpoint_auth_methods_supported", WAYS_TO_AUTHENTICATE);
    // Nothing is authorized here: tokens are created by an administrator.
    metadata.put("response_types_supported", List.of());
    metadata.put("grant_types_supported", List.of());
    return HttpResponse.<Map<String, Object>>ok(metadata)
        .header(HttpHeaders.CACHE_CONTROL, "no-store");
  }

  private String issuer(HttpRequest<?> request) {
    @Nullable String url = configuration.publicUrl();
    if (url != null) {
      return url;
    }
    if (!addresses.of(request).isLoopbackAddress()) {
      throw new NotFoundException();
    }
    return "%s://localhost:%d%s".formatted(server.getScheme(), server.getPort(), basePath);
  }
}
