package dev.servicetokens.token;

import dev.servicetokens.access.ActorChanges;
import dev.servicetokens.access.ActorChanges.Touched;
import dev.servicetokens.access.Commits.Changed;
import dev.servicetokens.access.Permission;
import dev.servicetokens.access.Principal;
import dev.servicetokens.access.SubjectHandle;
import dev.servicetokens.access.Subjects;
import dev.servicetokens.audit.AuditEntry;
import dev.servicetokens.audit.AuditTarget;
import dev.servicetokens.audit.AuditTrail;
import dev.servicetokens.text.InvalidInputException;
import dev.servicetokens.text.PlainText;
import dev.servicetokens.text.TokenText;
import dev.servicetokens.token.SecretRepository.StoredSecret;
import io.micronaut.transaction.annotation.Transactional;
import jakarta.inject.Singleton;
import java.security.SecureRandom;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.atomic.LongAdder;
import org.jspecify.annotations.Nullable;

/**
 * Gives service tokens other secrets, so that whoever uses one can change over without a gap. At
 * most two secrets of a token live at once: a new one, and the one that it replaces, until the
 * overlap ends. A secret that somebody may be using is taken away only by whoever says so. What
 * ends an existing secret is on every node before it is answered (rule 8 of coherence.md).
 * Thread-safe.
 */
@Singleton
public class Rotations {

  /** More than nodes' clocks differ. */
  private static final Duration KEPT_AFTER_END = Duration.ofHours(1);

  private final TokenRepository tokens;
  private final SecretRepository secrets;
  private final Subjects subjects;
  private final TokenPolicy policy;
  private final Upgrade upgrade;
  private final AuditTrail audit;
  private final ActorChanges changes;
  private final Clock clock;
  private final SecureRandom random = new SecureRandom();
  private final LongAdder rotated = new LongAdder();

  Rotations(
      TokenRepository tokens,
      SecretRepository secrets,
      Subjects subjects,
      TokenPolicy policy,
      Upgrade upgrade,
      AuditTrail audit,
      ActorChanges changes,
      Clock clock) {
    this.tokens = tokens;
    this.secrets = secrets;
    this.subjects = subjects;
    this.policy = policy;
    this.upgrade = upgrade;
    this.audit = audit;
    this.changes = changes;
    this.clock = clock;
  }

  /**
   * How a token is to be rotated.
   *
   * @param overlap how long the old secret stays live at most, 0 to 365 days; 0 ends it at once
   * @param isUntilFirstUse whether the first acceptance of the new secret ends the old one
   * @param expiresAt another end of the token, before the year 10000; null to leave it
   * @param idempotencyKey names the rotation, 1 to 100 code points on one line; null for none
   */
  public record Wanted(
      Duration overlap,
      boolean isUntilFirstUse,
      @Nullable Instant expiresAt,
      @Nullable String idempotencyKey) {

    /** How long the old secret stays live unless somebody says otherwise. */
    public static final Duration DEFAULT_OVERLAP = Duration.ofHours(24);

    /** Longest overlap. */
    public static final Duration MAX_OVERLAP = Duration.ofDays(365);

    /** Longest idempotency key, in Unicode code points. */
    public static final int MAX_KEY_LENGTH = 100;

    /**
     * @throws InvalidInputException if one of the limits above is not kept
     */
    public Wanted {
      overlap = inWholeMillis(overlap);
      if (overlap.isNegative() || overlap.compareTo(MAX_OVERLAP) > 0) {
        throw new InvalidInputException(
            "'overlap' is a duration from PT0S to P%dD; correct it."
                .formatted(MAX_OVERLAP.toDays()));
      }
      if (expiresAt != null) {
        NewServiceToken.requireBeforeYear10000(expiresAt);
      }
      if (idempotencyKey != null) {
        requireKey(idempotencyKey);
      }
    }

    /** Rounded up, so that only who says nothing at all ends the old secret at once. */
    private static Duration inWholeMillis(Duration overlap) {
      Duration truncated = overlap.truncatedTo(ChronoUnit.MILLIS);
      return truncated.equals(overlap) ? overlap : truncated.plusMillis(1);
    }

    private static void requireKey(String key) {
      if (PlainText.isBlank(key)
          || PlainText.length(key) > MAX_KEY_LENGTH
          || !PlainText.isOneLine(key)) {
        throw new InvalidInputException(
            "'idempotencyKey' is 1 to %d characters on one line, not blank; correct it."
                .formatted(MAX_KEY_LENGTH));
      }
      if (TokenText.isRevealedBy(key)) {
        throw new InvalidInputException(
            "The idempotencyKey contains a token string, which would be stored in the clear; choose another.");
      }
    }
  }

  /**
   * Gives a token another secret.
   *
   * @return the token with its new secret, which is nowhere else; what it ended is dead everywhere
   * @throws dev.servicetokens.access.PermissionDeniedException if the caller may not create tokens,
   *     or may not give one of the token's roles
   * @throws NoSuchServiceTokenException if there is none of that id
   * @throws NotRotatableException if the token has ended, two of its secrets are in use, or the
   *     rotation of that idempotency key has been made
   * @throws ExpiryNotInFutureException if the token would be expired
   * @throws InvalidInputException if the policy does not allow the token's end
   * @throws UpgradeUnfinishedException if a node runs that does not know of rotation
   */
  public RotatedToken rotate(Principal caller, TokenId id, Wanted wanted) {
    return rotate(caller, id, wanted, false);
  }

  /**
   * Gives the caller's own token another secret. It moves no end to a later time.
   *
   * @return as {@link #rotate(Principal, TokenId, Wanted)}
   * @throws dev.servicetokens.access.PermissionDeniedException if the caller may not
   * @throws InvalidInputException if another end of the token is asked for
   * @throws NotRotatableException as above
   * @throws UpgradeUnfinishedException as above
   */
  public RotatedToken rotateOwn(Principal caller, Wanted wanted) {
    if (wanted.expiresAt() != null) {
      throw new InvalidInputException(
          "A token cannot move its own end; leave 'expiryDate' out, or ask an administrator.");
    }
    return rotate(caller, new TokenId(caller.tokenId()), wanted, true);
  }

  /** How many tokens this node has rotated. */
  public long rotated() {
    return rotated.sum();
  }

  /** Removes secrets whose overlap ended so long ago that any node's clock refuses them. */
  @Transactional
  public int removeEnded() {
    return secrets.removeEnded(clock.instant().minus(KEPT_AFTER_END));
  }

  /** That there is no such token waits as a deletion does, and is thrown then. */
  private RotatedToken rotate(Principal caller, TokenId id, Wanted wanted, boolean isOwn) {
    upgrade.requireRelease(Upgrade.BOUNDED_TOKENS);
    TokenString secret = TokenString.generate(random);
    Optional<RotatedToken> done =
        changes.onEveryNode(
            caller,
            new Touched.ChangedToken(id.value(), List.of()),
            (actor, changed) -> {
              actor.require(
                  isOwn ? Permission.ROTATE_OWN_SERVICE_TOKEN : Permission.CREATE_SERVICE_TOKENS);
              return tokens
                  .lock(id)
                  .map(token -> rotate(actor, token, wanted, isOwn, secret, changed));
            });
    RotatedToken result = done.orElseThrow(() -> new NoSuchServiceTokenException(id));
    rotated.increment();
    return result;
  }

  private RotatedToken rotate(
      Principal actor,
      ServiceToken token,
      Wanted wanted,
      boolean isOwn,
      TokenString secret,
      Changed changed) {
    if (!isOwn) {
      requireNameable(actor, token);
    }
    Instant now = clock.instant().truncatedTo(ChronoUnit.MILLIS);
    if (token.expiresAt() != null && !now.isBefore(token.expiresAt())) {
      throw NotRotatableException.expired();
    }
    if (!token.bounds().enabled()) {
      throw NotRotatableException.disabled();
    }
    Long maximumUses = token.bounds().maximumUses();
    if (maximumUses != null && token.countedUses() >= maximumUses) {
      throw NotRotatableException.usedUp();
    }
    Instant end = endOf(token, wanted.expiresAt(), now);
    List<StoredSecret> live = removeDead(token.id(), now);
    refuseRepetition(live, wanted.idempotencyKey());
    Instant overlapEnds = endOthers(live, wanted.overlap(), isOwn, end, now);
    secrets.add(
        token.id(), TokenDigest.of(secret), now, wanted.isUntilFirstUse(), wanted.idempotencyKey());
    secrets.setTokenEnd(token.id(), end, now);
    changed.token(token.id().value());
    audit.append(
        AuditEntry.tokenRotated(
            actor.actor(), new AuditTarget.Token(token.id().value(), token.name())));
    return new RotatedToken(token.id(), token.name(), end, secret, overlapEnds);
  }

  /** No policy cuts the end that a token has. */
  private @Nullable Instant endOf(ServiceToken token, @Nullable Instant wanted, Instant now) {
    if (wanted == null) {
      return token.expiresAt();
    }
    if (!now.isBefore(wanted)) {
      throw new ExpiryNotInFutureException();
    }
    return policy.endFor(token.roles(), wanted, now);
  }

  /** Who rotates a token could have created it: a rotation hands out another's secret. */
  private void requireNameable(Principal actor, ServiceToken token) {
    List<SubjectHandle> roles =
        token.roles().stream()
            .filter(
                role ->
                    actor.tokenId() != token.id().value() || !role.equals(token.dedicatedSubject()))
            .toList();
    subjects.requireNameableAsHeld(actor, roles);
  }

  private List<StoredSecret> removeDead(TokenId id, Instant now) {
    List<StoredSecret> all = secrets.of(id);
    all.stream().filter(secret -> !secret.isLiveAt(now)).forEach(dead -> secrets.remove(dead.id()));
    return all.stream().filter(secret -> secret.isLiveAt(now)).toList();
  }

  /** While the rotation may be under way still: its secret is unused, or the old one lives. */
  private static void refuseRepetition(List<StoredSecret> live, @Nullable String idempotencyKey) {
    for (StoredSecret secret : live) {
      if (idempotencyKey != null
          && idempotencyKey.equals(secret.idempotencyKey())
          && (secret.isPending() || live.size() > 1)) {
        throw NotRotatableException.repeated(secret.createdAt());
      }
    }
  }

  /**
   * Leaves at most one of the live secrets, and has it end with the overlap. Of two, the one goes
   * that nobody has used.
   *
   * @return when the one that is left ends; null if none is left
   */
  private @Nullable Instant endOthers(
      List<StoredSecret> live,
      Duration overlap,
      boolean isOwn,
      @Nullable Instant tokenEnd,
      Instant now) {
    if (overlap.isZero()) {
      live.forEach(secret -> secrets.remove(secret.id()));
      return null;
    }
    List<StoredSecret> left = new ArrayList<>(live);
    while (left.size() > 1) {
      StoredSecret unused =
          left.reversed().stream()
              .filter(StoredSecret::isPending)
              .findFirst()
              .orElseThrow(() -> NotRotatableException.bothInUse(firstEnd(left)));
      secrets.remove(unused.id());
      left.remove(unused);
    }
    Instant end = earlier(tokenEnd, now.plus(overlap));
    for (StoredSecret secret : left) {
      end = isOwn ? earlier(secret.endsAt(), end) : end;
      secrets.setEnd(secret.id(), end);
    }
    return left.isEmpty() ? null : end;
  }

  private static Instant firstEnd(List<StoredSecret> live) {
    return live.stream()
        .map(StoredSecret::endsAt)
        .filter(Objects::nonNull)
        .min(Comparator.naturalOrder())
        .orElse(Instant.MAX);
  }

  private static Instant earlier(@Nullable Instant one, Instant other) {
    return one == null || other.isBefore(one) ? other : one;
  }
}
