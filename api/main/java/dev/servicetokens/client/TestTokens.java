package dev.servicetokens.client;

import java.security.SecureRandom;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;

/**
 * A verifier for the tests of a service, without a server: it knows the tokens that a test makes,
 * and no other. Thread-safe.
 */
public final class TestTokens implements Verifier {

  private static final Verification NOT_LIVE = new Verification.NotLive();
  private static final Verification AWAY =
      new Verification.Unavailable("The test says so.", Duration.ofSeconds(1));

  private final SecureRandom random = new SecureRandom();
  private final AtomicLong lastId = new AtomicLong(100_000_000_000_000L);
  private final Map<String, Verification.Live> tokens = new ConcurrentHashMap<>();
  private final Map<String, Verification.Limited> limited = new ConcurrentHashMap<>();
  private volatile boolean isAway;

  /** Makes a token that may do this everywhere, and gives its token string. */
  public String create(String name, String... permissions) {
    return create(name, Map.of("system", Set.of(permissions)));
  }

  /** Makes a token that may do this, by resource, and gives its token string. */
  public String create(String name, Map<String, Set<String>> permissions) {
    return create(
        new Verification.Live(lastId.incrementAndGet(), name, Set.of(), permissions, null));
  }

  /** Makes a token that is shown so, until its end, and gives its token string. */
  public String create(Verification.Live token) {
    String text = TokenText.generate(random);
    tokens.put(text, token);
    return text;
  }

  /** Deletes one; does nothing if there is none. */
  public void delete(String token) {
    tokens.remove(token);
    limited.remove(token);
  }

  /** Lets a live token be used as often as it may be from now on. */
  public void limit(String token, Duration retryAfter) {
    limited.put(token, new Verification.Limited(retryAfter));
  }

  /** Whether every verification is unavailable from now on, as if no server could be reached. */
  public void setUnavailable(boolean unavailable) {
    isAway = unavailable;
  }

  @Override
  public Verification verify(@Nullable String token, @Nullable String address) {
    if (isAway) {
      return AWAY;
    }
    Verification.Live found = token == null ? null : tokens.get(token);
    if (found == null) {
      return NOT_LIVE;
    }
    Instant end = Objects.requireNonNullElse(found.expiration(), Instant.MAX);
    if (!Instant.now().isBefore(end)) {
      return NOT_LIVE;
    }
    Verification.Limited over = limited.get(token);
    return over == null ? found : over;
  }

  @Override
  public CompletionStage<Verification> verifyAsync(
      @Nullable String token, @Nullable String address) {
    return CompletableFuture.completedFuture(verify(token, address));
  }
}
