package dev.servicetokens.verification;

import com.github.benmanes.caffeine.cache.Interner;
import dev.servicetokens.access.PermissionSet;
import dev.servicetokens.access.Principal;
import dev.servicetokens.access.SubjectHandle;
import dev.servicetokens.cluster.PrincipalAnswer;
import dev.servicetokens.token.PresentedSecret;
import dev.servicetokens.token.TokenBounds;
import jakarta.inject.Singleton;
import java.time.Instant;
import java.util.List;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * A token that a node has found: its principal, its end and what its uses are counted in. One
 * serves every request of its token, from memory and without an allocation; {@link TokenVerifier}
 * gives it away only while the token has not ended. Immutable but for what it counts and remembers;
 * thread-safe.
 */
public final class LiveToken implements PrincipalAnswer.Found, Verification.Outcome {

  private final Principal principal;
  private final List<String> shownRoles;
  private final long createdMillis;
  private final long endMillis;
  private final TokenUse use;
  private final PresentedSecret secret;
  private final TokenBounds bounds;
  private final boolean bounded;

  /** Needs no lock: what is remembered is immutable, and made twice it is the same. */
  private @Nullable Object derived;

  LiveToken(
      Principal principal,
      List<String> shownRoles,
      Instant createdAt,
      PresentedSecret secret,
      TokenBounds bounds) {
    this.principal = principal;
    this.shownRoles = List.copyOf(shownRoles);
    this.createdMillis = createdAt.toEpochMilli();
    Instant end = principal.expiresAt();
    this.endMillis = end == null ? Long.MAX_VALUE : end.toEpochMilli();
    this.use = new TokenUse(principal.tokenId());
    this.secret = secret;
    this.bounds = bounds;
    this.bounded = secret.pending() || !bounds.areNone();
  }

  @Override
  public Principal principal() {
    return principal;
  }

  /** By which of its secrets it was found. */
  public PresentedSecret secret() {
    return secret;
  }

  /** What bounds it. */
  public TokenBounds bounds() {
    return bounds;
  }

  /** Whether being live is not enough to be accepted, see {@link Acceptance}. */
  boolean isBounded() {
    return bounded;
  }

  /**
   * Whether a verifying service may answer it from its own memory, as far as that goes: false where
   * each use is counted here. From where it may be used is asked there, too.
   */
  public boolean mayBeLent() {
    return mayBeKept() && bounds.rateLimit() == null;
  }

  @Override
  public @Nullable Long firstUseChange() {
    return secret.firstUseChange();
  }

  @Override
  public boolean mayBeKept() {
    return !secret.pending() && bounds.maximumUses() == null;
  }

  /**
   * The handles of those of its roles that others may be told: they exist now, and none is a
   * dedicated subject. Whoever may create tokens chooses the name of such a one, and must not give
   * itself a name that carries authority elsewhere.
   */
  public List<String> shownRoles() {
    return shownRoles;
  }

  /** When it was created, to the millisecond. */
  public Instant createdAt() {
    return Instant.ofEpochMilli(createdMillis);
  }

  /**
   * What a caller makes of this token for each of its requests: made once and remembered here as
   * long as the token is in memory. There is room for one such thing, which is {@code
   * authentication}'s; another one would be right but made again and again.
   *
   * @param type the class of the thing, which is immutable
   * @param make makes it
   */
  public <T> T derived(Class<T> type, Function<? super LiveToken, ? extends T> make) {
    Object remembered = derived;
    if (type.isInstance(remembered)) {
      return type.cast(remembered);
    }
    T made = make.apply(this);
    derived = made;
    return made;
  }

  /** Whether the token still lives at that millisecond of the epoch: the end itself is excluded. */
  boolean isLiveAt(long millis) {
    return millis < endMillis;
  }

  /** What its uses are counted in. */
  TokenUse use() {
    return use;
  }

  /**
   * Makes them. Many tokens have the same roles and so the same permissions: of equal ones it keeps
   * one. Thread-safe.
   */
  @Singleton
  static final class Factory implements PrincipalAnswer.Factory {

    private final Interner<List<SubjectHandle>> roles = Interner.newWeakInterner();
    private final Interner<List<String>> shown = Interner.newWeakInterner();
    private final Interner<PermissionSet> permissions = Interner.newWeakInterner();

    @Override
    public LiveToken of(
        Principal found,
        List<String> shownRoles,
        Instant createdAt,
        PresentedSecret secret,
        TokenBounds bounds) {
      return new LiveToken(
          new Principal(
              found.tokenId(),
              found.name(),
              roles.intern(found.roles()),
              permissions.intern(found.permissions()),
              found.expiresAt(),
              found.defined(),
              found.secretId()),
          shown.intern(shownRoles),
          createdAt,
          secret,
          bounds);
    }
  }
}
