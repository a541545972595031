package dev.servicetokens.verification;

import dev.servicetokens.cluster.CoherentPrincipals;
import dev.servicetokens.cluster.PrincipalAnswer;
import dev.servicetokens.token.TokenDigest;
import dev.servicetokens.token.TokenString;
import jakarta.inject.Singleton;
import java.net.InetAddress;
import java.time.Clock;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.atomic.LongAdder;
import org.jspecify.annotations.Nullable;

/**
 * Says whether a token string is live, and whose it is. What is in memory is answered at once, on
 * the caller's thread, without a lock and, if it is live, without an allocation of its own but the
 * digest; what is not is asked of the database on another thread. It knows nothing of HTTP, and
 * writes nothing into the audit log: only its caller knows what the string was sent for.
 * Thread-safe.
 */
@Singleton
public final class TokenVerifier {

  private static final Verification.Malformed MALFORMED = new Verification.Malformed();
  private static final Verification.Unknown UNKNOWN = new Verification.Unknown();

  private final CoherentPrincipals principals;
  private final UnknownTokens unknown;
  private final TokenUses uses;
  private final Acceptance acceptance;
  private final Clock clock;
  private final LongAdder hits = new LongAdder();
  private final LongAdder misses = new LongAdder();

  TokenVerifier(
      CoherentPrincipals principals,
      UnknownTokens unknown,
      TokenUses uses,
      Acceptance acceptance,
      Clock clock) {
    this.principals = principals;
    this.unknown = unknown;
    this.uses = uses;
    this.acceptance = acceptance;
    this.clock = clock;
  }

  /**
   * Verifies a token string of which nobody said what it is used for: {@link #verify(TokenString,
   * InetAddress, String, Purpose)} without an application.
   */
  public Verification verify(TokenString token, @Nullable InetAddress address, Purpose purpose) {
    return verify(token, address, null, purpose);
  }

  /**
   * Verifies a token string. If it is live and within its bounds, this counts as a use of its
   * token. Never blocks.
   *
   * @param address from where the string was sent: unknown strings are counted against it, and it
   *     is shown as the token's last address. Null if that is not known: no throttle counts the
   *     string then, and all such strings together ask the database with half of what it takes
   * @param application what the token is used for, 1 to 100 characters on one line: it is shown as
   *     the token's last application and decides nothing. Null if nobody said
   * @param purpose for what the answer is, which says what of the token's bounds counts
   */
  public Verification verify(
      TokenString token,
      @Nullable InetAddress address,
      @Nullable String application,
      Purpose purpose) {
    TokenDigest digest = TokenDigest.of(token);
    boolean wellFormed = token.isWellFormed();
    PrincipalAnswer known = principals.ifInMemory(digest, wellFormed);
    if (known == null) {
      misses.increment();
      return unknown.ask(
          address,
          () -> found(principals.ask(digest, wellFormed), wellFormed),
          found -> decided(found, address, application, purpose));
    }
    hits.increment();
    return decided(found(known, wellFormed), address, application, purpose);
  }

  /**
   * Accepts tokens that were verified as {@link Purpose#ITEM} and that pending secrets have found
   * (rule 8a of coherence.md): until this says so, none of them is to be called live.
   *
   * @return the ids of those secrets that somebody may be let in by, when every node knows it;
   *     fails if that cannot be said now
   */
  public CompletionStage<Set<Long>> acceptPending(List<LiveToken> found) {
    return unknown.elsewhere(() -> acceptance.acceptPending(found));
  }

  /** How many verifications memory has answered. */
  public long hits() {
    return hits.sum();
  }

  /**
   * How many verifications memory could not answer, so that the database was asked, or too busy.
   */
  public long misses() {
    return misses.sum();
  }

  /** A token, which may have ended, or that there is none. */
  private static Verification.Outcome found(PrincipalAnswer known, boolean wellFormed) {
    if (known instanceof LiveToken token) {
      return token;
    }
    return wellFormed ? UNKNOWN : MALFORMED;
  }

  private Verification.Outcome decided(
      Verification.Outcome found,
      @Nullable InetAddress address,
      @Nullable String application,
      Purpose purpose) {
    if (!(found instanceof LiveToken token)) {
      return found;
    }
    long now = clock.millis();
    if (!token.isLiveAt(now)) {
      return new Verification.Expired(token.principal());
    }
    if (token.isBounded()) {
      Verification.Outcome bounded = acceptance.decide(token, address, purpose);
      if (!(bounded instanceof LiveToken) || purpose == Purpose.LOOKUP) {
        return bounded;
      }
    }
    uses.record(token.use(), address, application, now);
    return token;
  }
}
