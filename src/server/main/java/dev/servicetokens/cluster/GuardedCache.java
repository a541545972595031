package dev.servicetokens.cluster;

import dev.servicetokens.access.SubjectHandle;
import dev.servicetokens.cluster.ChangeLog.LoggedChange;
import dev.servicetokens.cluster.ChangeLog.Read;
import dev.servicetokens.cluster.PrincipalQuery.Found;
import dev.servicetokens.token.TokenDigest;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/**
 * The cache under its lock, with the number of the last change that was applied to it. Looking up
 * takes no lock. Thread-safe.
 */
class GuardedCache {

  private final CachedPrincipals store;
  private final ReentrantLock lock = new ReentrantLock();
  private volatile Floor floor = new Floor(0, "");
  private volatile Set<TokenDigest> configured = Set.of();

  GuardedCache(CachedPrincipals store) {
    this.store = store;
  }

  /**
   * What an answer of the database must not be older than.
   *
   * @param applied the last change that was applied
   * @param serverStart which server's log was read last; numbers of two servers do not compare
   */
  record Floor(long applied, String serverStart) {

    /** Whether that answer is not older. */
    boolean allows(Found found) {
      return found.number() >= applied && found.serverStart().equals(serverStart);
    }
  }

  /** What is known of that digest; null if nothing. */
  @Nullable Answer get(TokenDigest digest) {
    return store.get(digest);
  }

  /** Whether configuration put a token string of that digest in place. */
  boolean isConfigured(TokenDigest digest) {
    return configured.contains(digest);
  }

  Floor floor() {
    return floor;
  }

  /**
   * Keeps an answer of the database unless a change was applied that it does not know (rule 16).
   */
  void putIfCurrent(TokenDigest digest, Found found) {
    lock.lock();
    try {
      if (floor.allows(found)) {
        store.put(digest, found.answer());
      }
    } finally {
      lock.unlock();
    }
  }

  /**
   * Removes what the changes touch, then says that they are applied (rule 10c).
   *
   * @param read all that follow the last one applied, perhaps none
   * @param nowConfigured the configured digests, read after the changes; null to leave them
   */
  void apply(Read read, @Nullable Set<TokenDigest> nowConfigured) {
    List<LoggedChange> changes = read.changes();
    if (changes.isEmpty()
        && nowConfigured == null
        && floor.serverStart.equals(read.serverStart())) {
      return;
    }
    lock.lock();
    try {
      if (!changes.isEmpty()) {
        remove(changes);
      }
      if (nowConfigured != null) {
        configured = Set.copyOf(nowConfigured);
      }
      long applied = changes.isEmpty() ? floor.applied : changes.getLast().number();
      floor = new Floor(applied, read.serverStart());
    } finally {
      lock.unlock();
    }
  }

  /** Forgets everything and begins again at that number, in perhaps another log (rule 11). */
  void restart(long applied) {
    lock.lock();
    try {
      store.clear();
      floor = new Floor(applied, "");
    } finally {
      lock.unlock();
    }
  }

  /** Whether the changes follow each other and the last one applied: none was pruned (rule 11). */
  boolean isComplete(List<LoggedChange> changes) {
    return changes.getFirst().number() == floor.applied + 1
        && changes.getLast().number() == floor.applied + changes.size();
  }

  /** One pass for all of them (rule 19). */
  void remove(List<LoggedChange> changes) {
    Set<Long> tokenIds = new HashSet<>();
    Set<SubjectHandle> subjects = new HashSet<>();
    boolean all = !isComplete(changes);
    for (LoggedChange logged : changes) {
      switch (logged.change()) {
        case Change.OfToken(long tokenId) -> tokenIds.add(tokenId);
        case Change.OfSubject(SubjectHandle subject) -> subjects.add(subject);
        case Change.OfAll() -> all = true;
      }
    }
    if (all) {
      store.clear();
    } else {
      store.remove(tokenIds, subjects);
    }
  }
}
