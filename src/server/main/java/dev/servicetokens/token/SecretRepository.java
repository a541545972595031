package dev.servicetokens.token;

import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The secrets of a token whose row the caller's transaction has locked: one, or two while a
 * rotation overlaps. Each call runs in that transaction. Thread-safe.
 */
public interface SecretRepository {

  /**
   * A secret as it is stored. A rotated one that nobody has used is <em>pending</em>: no node has
   * it in memory (rule 8a of coherence.md).
   *
   * @param id grows with each secret of a token
   * @param createdAt when it was made
   * @param endsAt when it ends though its token may go on; null if it ends with its token
   * @param isPending whether a rotation made it and it has never been accepted
   * @param idempotencyKey what named the rotation that made it; null if nothing did
   */
  record StoredSecret(
      long id,
      Instant createdAt,
      @Nullable Instant endsAt,
      boolean isPending,
      @Nullable String idempotencyKey) {

    boolean isLiveAt(Instant now) {
      return endsAt == null || now.isBefore(endsAt);
    }
  }

  /** All secrets of a token, dead ones too, the oldest first. */
  List<StoredSecret> of(TokenId id);

  /**
   * Adds the secret that a rotation has made; it is pending.
   *
   * @param endsOthersOnFirstUse whether its first acceptance ends all earlier ones
   */
  void add(
      TokenId id,
      TokenDigest digest,
      Instant createdAt,
      boolean endsOthersOnFirstUse,
      @Nullable String idempotencyKey);

  /** Has a secret end then. */
  void setEnd(long secretId, Instant end);

  /** Removes a secret. */
  void remove(long secretId);

  /** Says of the token that it was changed, and when it ends; null if it never does. */
  void setTokenEnd(TokenId id, @Nullable Instant expiresAt, Instant changedAt);

  /**
   * Removes secrets that ended before their tokens, and before that moment: they are refused
   * anyway.
   */
  int removeEnded(Instant before);
}
