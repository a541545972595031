package dev.servicetokens.verification.http;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import dev.servicetokens.access.PermissionSet;
import dev.servicetokens.access.Principal;
import dev.servicetokens.generated.model.Introspection;
import dev.servicetokens.verification.LiveToken;
import io.micronaut.json.JsonMapper;
import jakarta.inject.Singleton;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Writes what an introspection tells of a token (RFC 7662, section 2.2). An answer is the same as
 * long as the node has the token in memory, so those that were asked for lately are kept as they go
 * over the wire. They are found by the very object that the node has in memory, so that what
 * revokes a token or changes what it may do takes its answer away with it. Thread-safe.
 */
@Singleton
final class IntrospectionAnswers {

  private static final long MAX_BYTES = 8L * 1024 * 1024;

  /** What keeping one costs beside its bytes, about. */
  private static final int OVERHEAD = 150;

  private final JsonMapper json;
  private final byte[] notLive;
  private final Cache<LiveToken, byte[]> written =
      Caffeine.newBuilder()
          .weakKeys()
          .maximumWeight(MAX_BYTES)
          .weigher((LiveToken token, byte[] answer) -> answer.length + OVERHEAD)
          .executor(Runnable::run)
          .build();

  IntrospectionAnswers(JsonMapper json) {
    this.json = json;
    this.notLive = bytes(new Introspection(false));
  }

  /** The answer about a token string that is not live, whatever the reason. Nobody changes it. */
  byte[] notLive() {
    return notLive;
  }

  /** The answer about a live token. Nobody changes it. */
  byte[] live(LiveToken token) {
    return written.get(token, this::write);
  }

  private byte[] write(LiveToken token) {
    return bytes(of(token));
  }

  private static Introspection of(LiveToken token) {
    Principal principal = token.principal();
    String id = Long.toString(principal.tokenId());
    Map<String, List<String>> permissions = principal.permissions().namesByResource();
    long created = token.createdAt().getEpochSecond();
    Instant end = principal.expiresAt();
    return new Introspection(true)
        .sub(id)
        .clientId(id)
        .username(principal.name())
        .tokenType("Bearer")
        .iat(created)
        // A client that reads a token's whole life takes none that is empty.
        .exp(end == null ? null : Math.max(end.getEpochSecond(), created + 1))
        .scope(scope(permissions.getOrDefault(PermissionSet.SYSTEM, List.of())))
        .roles(token.shownRoles())
        .permissions(permissions)
        .cacheTtl(0);
  }

  /**
   * A permission on one resource must not become one on all, for which clients take each word. Null
   * if there is no word: Quarkus fails at an empty one.
   */
  private static @Nullable String scope(List<String> onSystem) {
    return onSystem.isEmpty() ? null : String.join(" ", onSystem);
  }

  private byte[] bytes(Introspection answer) {
    try {
      return json.writeValueAsBytes(answer);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
