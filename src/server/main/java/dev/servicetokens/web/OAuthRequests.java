package dev.servicetokens.web;

import io.micronaut.http.HttpMethod;
import io.micronaut.http.HttpRequest;
import io.micronaut.http.server.HttpServerConfiguration;
import jakarta.inject.Singleton;

/**
 * Tells which requests speak OAuth's protocols: introspection (RFC 7662) and revocation (RFC 7009).
 * Who sends one may say so in its body, so its operation reads that for itself, and its refusals
 * have the body that OAuth's clients read (RFC 6749, section 5.2). Thread-safe.
 */
@Singleton
public final class OAuthRequests {

  /** What the paths of all of them begin with. */
  public static final String PATH = "/api/oauth2/";

  private final String path;

  OAuthRequests(HttpServerConfiguration configuration) {
    this.path = BasePath.of(configuration) + PATH;
  }

  /** Whether the request is one of them. Asked for each request, of any path. */
  public boolean include(HttpRequest<?> request) {
    String target = request.getUri().toString();
    return target.startsWith(path)
        && request.getMethod() == HttpMethod.POST
        && isOperation(target, path.length());
  }

  private static boolean isOperation(String target, int from) {
    int query = target.indexOf('?', from);
    return switch (target.substring(from, query < 0 ? target.length() : query)) {
      case "introspect", "revoke" -> true;
      default -> false;
    };
  }
}
