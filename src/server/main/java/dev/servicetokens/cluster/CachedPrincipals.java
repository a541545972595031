package dev.servicetokens.cluster;

import dev.servicetokens.access.SubjectHandle;
import dev.servicetokens.token.TokenDigest;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * What a node keeps in memory: digest in, principal out, for live and for unknown digests. It may
 * forget anything at any time and decides nothing: whether an entry may be put or used is decided
 * before it is asked.
 *
 * <p>{@link #get} is called by any thread, without a lock, also while others change the entries.
 * All other methods are called by one thread at a time, under the lock of rule 10c; what they have
 * removed, no {@code get} that begins after their return may find.
 */
public interface CachedPrincipals {

  /** What is known of that digest; null if nothing. Never blocks. */
  @Nullable Answer get(TokenDigest digest);

  /** Keeps that answer, in place of an older one. */
  void put(TokenDigest digest, Answer answer);

  /**
   * Removes the entries of the tokens of those ids, and of all tokens that have one of those
   * subjects among their roles (rule 19). Entries of unknown digests may stay.
   */
  void remove(Set<Long> tokenIds, Set<SubjectHandle> subjects);

  /** Removes all entries, those of unknown digests too. */
  void clear();
}
