package dev.servicetokens.client;

import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * What {@link ServiceTokenVerifier} says of a token string: it is live, it is not, it is used more
 * often than it may be, or nobody can tell now. Immutable.
 */
public sealed interface Verification {

  /**
   * The token is live.
   *
   * @param id the token's id, by which it is known for ever
   * @param name its name; it proves no identity, because who creates tokens chooses names
   * @param roles its roles, without dedicated subjects
   * @param permissions names of what it may do, by resource; those on {@code system} hold on every
   *     resource
   * @param expiration when it ends; null if it does not
   */
  record Live(
      long id,
      String name,
      Set<String> roles,
      Map<String, Set<String>> permissions,
      @Nullable Instant expiration)
      implements Verification {

    private static final String SYSTEM = "system";

    /** Copies what it is given. */
    public Live {
      roles = Set.copyOf(roles);
      permissions = immutable(permissions);
    }

    /** Whether the token may do that everywhere. */
    public boolean allows(String permission) {
      return holds(permission, SYSTEM);
    }

    /** Whether the token may do that on this resource, or everywhere. */
    public boolean allows(String permission, String resource) {
      return holds(permission, SYSTEM) || holds(permission, resource);
    }

    private boolean holds(String permission, String resource) {
      Set<String> held = permissions.get(resource);
      return held != null && held.contains(permission);
    }

    /** What is immutable already stays the same object, so that many tokens share it. */
    private static Map<String, Set<String>> immutable(Map<String, Set<String>> permissions) {
      Map<String, Set<String>> copy = Map.copyOf(permissions);
      for (Set<String> held : copy.values()) {
        if (Set.copyOf(held) != held) {
          return copy.entrySet().stream()
              .collect(
                  Collectors.toUnmodifiableMap(Map.Entry::getKey, e -> Set.copyOf(e.getValue())));
        }
      }
      return copy;
    }
  }

  /**
   * The token is not live, for whatever reason: never was, has ended, was deleted, or may not be
   * used from that address.
   */
  record NotLive() implements Verification {

    /** All of them are the same. */
    static final NotLive IT = new NotLive();
  }

  /**
   * The token is live and may not be used now, because it was used as often as it may be: answer
   * your caller with 429.
   *
   * @param retryAfter after how long it may be used again; more than zero
   */
  record Limited(Duration retryAfter) implements Verification {}

  /**
   * Nobody can tell now whether the token is live: answer your caller with 503, never with 401, as
   * a client may throw a good token away then.
   *
   * @param reason why, for your own log; never has a token in it
   * @param retryAfter how long to wait before asking again is worth it; more than zero
   */
  record Unavailable(String reason, Duration retryAfter) implements Verification {}
}
