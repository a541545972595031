package dev.servicetokens.cluster;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import com.github.benmanes.caffeine.cache.RemovalCause;
import com.github.benmanes.caffeine.cache.Ticker;
import dev.servicetokens.access.Principal;
import dev.servicetokens.access.SubjectHandle;
import dev.servicetokens.cluster.ChangeLog.LoggedChange;
import dev.servicetokens.cluster.ChangeLog.Read;
import dev.servicetokens.cluster.PrincipalQuery.Snapshot;
import dev.servicetokens.token.TokenDigest;
import java.time.Duration;
import java.util.Collections;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.locks.ReentrantLock;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * What a node keeps in memory: digests of live token strings, and, apart from them so that no flood
 * can push them out, some that are nobody's. Beside them stands the number of the last change that
 * was applied to them. It may forget anything at any time.
 *
 * <p>Thread-safe. {@link #get} takes no lock; whatever changes the entries holds the lock of rule
 * 10c, and what it has removed, no {@code get} that begins after its return finds. Not final,
 * because the simulation breaks one rule at a time.
 */
class PrincipalCache {

  /** After that time the database is asked again whose a digest is that was nobody's. */
  static final Duration UNKNOWN_LIFE = Duration.ofSeconds(10);

  /** What is larger counts as several tokens, so that memory is bounded whatever tokens are. */
  private static final int USUAL_BYTES = 512;

  private static final int BYTES_PER_OBJECT = 32;

  private final ReentrantLock lock = new ReentrantLock();
  private final Cache<TokenDigest, PrincipalAnswer.Found> live;
  private final Cache<TokenDigest, PrincipalAnswer> unknown;

  /** The digests of each token in {@link #live}: one, or two while a rotation overlaps. */
  private final Map<Long, Set<TokenDigest>> digestsOfTokens = new ConcurrentHashMap<>();

  private volatile LastApplied lastApplied = new LastApplied(0, "");
  private volatile Set<TokenDigest> configured = Set.of();

  PrincipalCache(CacheConfiguration configuration, Ticker ticker) {
    this.live =
        Caffeine.newBuilder()
            .maximumWeight(configuration.maximumTokens())
            .executor(Runnable::run)
            .weigher(PrincipalCache::weight)
            .<TokenDigest, PrincipalAnswer.Found>evictionListener(this::forgetEvicted)
            .build();
    this.unknown =
        Caffeine.newBuilder()
            .maximumSize(configuration.maximumUnknown())
            .expireAfterWrite(UNKNOWN_LIFE)
            .ticker(ticker)
            .executor(Runnable::run)
            .build();
  }

  /**
   * The last change that was applied to the cache.
   *
   * @param number its number
   * @param serverStart which database server's log was read last; numbers of two servers do not
   *     compare
   */
  record LastApplied(long number, String serverStart) {

    /** Whether what the database said then knows of that change, and so may be kept or shared. */
    boolean isKnownTo(Snapshot said) {
      return said.number() >= number && said.serverStart().equals(serverStart);
    }
  }

  /** What is known of that digest; null if nothing. Never blocks. */
  @Nullable PrincipalAnswer get(TokenDigest digest) {
    PrincipalAnswer.Found found = live.getIfPresent(digest);
    return found == null ? unknown.getIfPresent(digest) : found;
  }

  /**
   * The token of that caller, found by the same secret, as memory has it, which may have ended;
   * null if memory has none. Its other secret ends at another time. Never blocks.
   */
  @Nullable Principal live(Principal caller) {
    for (TokenDigest digest : digestsOfTokens.getOrDefault(caller.tokenId(), Set.of())) {
      PrincipalAnswer.Found found = live.getIfPresent(digest);
      if (found != null
          && found.principal().tokenId() == caller.tokenId()
          && found.principal().secretId() == caller.secretId()) {
        return found.principal();
      }
    }
    return null;
  }

  /** Whether configuration put a token string of that digest in place. */
  boolean isConfigured(TokenDigest digest) {
    return configured.contains(digest);
  }

  LastApplied lastApplied() {
    return lastApplied;
  }

  /**
   * Keeps what the database said unless a change was applied that it does not know (rule 16), or it
   * is nothing to answer from memory.
   */
  void putIfCurrent(TokenDigest digest, Snapshot said) {
    lock.lock();
    try {
      if (lastApplied.isKnownTo(said) && mayBeKept(said.answer())) {
        put(digest, said.answer());
      }
    } finally {
      lock.unlock();
    }
  }

  private static boolean mayBeKept(PrincipalAnswer answer) {
    return !(answer instanceof PrincipalAnswer.Found found) || found.mayBeKept();
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
        && lastApplied.serverStart.equals(read.serverStart())) {
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
      long number = changes.isEmpty() ? lastApplied.number : changes.getLast().number();
      lastApplied = new LastApplied(number, read.serverStart());
    } finally {
      lock.unlock();
    }
  }

  /** Forgets everything and begins again at that number, in perhaps another log (rule 11). */
  void restart(long number) {
    lock.lock();
    try {
      clear();
      lastApplied = new LastApplied(number, "");
    } finally {
      lock.unlock();
    }
  }

  /** Whether the changes follow each other and the last one applied: none was pruned (rule 11). */
  boolean isComplete(List<LoggedChange> changes) {
    return changes.getFirst().number() == lastApplied.number + 1
        && changes.getLast().number() == lastApplied.number + changes.size();
  }

  /** Removes what all of those changes touch, in one pass (rule 19). The caller holds the lock. */
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
      clear();
    } else {
      remove(tokenIds, subjects);
    }
  }

  /** Keeps that answer in place of an older one. The caller holds the lock. */
  void put(TokenDigest digest, PrincipalAnswer answer) {
    switch (answer) {
      case PrincipalAnswer.Found found -> {
        unknown.invalidate(digest);
        putLive(digest, found);
      }
      case PrincipalAnswer.Nobody nobody -> {
        removeLive(digest);
        unknown.put(digest, nobody);
      }
    }
  }

  /**
   * Removes all digests of the tokens of those ids, and of all tokens that have one of those
   * subjects among their roles; those that are nobody's stay. The caller holds the lock.
   */
  void remove(Set<Long> tokenIds, Set<SubjectHandle> subjects) {
    for (Long tokenId : tokenIds) {
      Set<TokenDigest> digests = digestsOfTokens.remove(tokenId);
      if (digests != null) {
        live.invalidateAll(digests);
      }
    }
    if (!subjects.isEmpty()) {
      live.asMap()
          .forEach(
              (digest, found) -> {
                if (!Collections.disjoint(found.principal().roles(), subjects)) {
                  removeLive(digest);
                }
              });
    }
  }

  /** Removes everything, unknown digests too. The caller holds the lock. */
  void clear() {
    unknown.invalidateAll();
    live.invalidateAll();
    digestsOfTokens.clear();
  }

  /** How many live token strings it holds, about. */
  long size() {
    return live.estimatedSize();
  }

  /** How many token strings that are nobody's it holds, about. */
  long unknownSize() {
    return unknown.estimatedSize();
  }

  /** Whether every entry can be removed by its token's id, and nothing else can. */
  boolean isConsistent() {
    live.cleanUp();
    return digestsOfTokens.values().stream().mapToInt(Set::size).sum() == live.asMap().size()
        && live.asMap().entrySet().stream()
            .allMatch(
                entry ->
                    digestsOfTokens
                        .getOrDefault(entry.getValue().principal().tokenId(), Set.of())
                        .contains(entry.getKey()));
  }

  private void putLive(TokenDigest digest, PrincipalAnswer.Found found) {
    Long tokenId = found.principal().tokenId();
    PrincipalAnswer.Found before = live.getIfPresent(digest);
    if (before != null && before.principal().tokenId() != tokenId) {
      removeLive(digest);
    }
    // Only after the entry: the end of an older one, of the same digest, would take this away. If
    // the entry is gone again by then, nobody else would.
    live.put(digest, found);
    digestsOfTokens.merge(tokenId, Set.of(digest), PrincipalCache::union);
    if (!live.asMap().containsKey(digest)) {
      forget(tokenId, digest);
    }
  }

  private void removeLive(TokenDigest digest) {
    PrincipalAnswer.Found removed = live.asMap().remove(digest);
    if (removed != null) {
      forget(removed.principal().tokenId(), digest);
    }
  }

  /** Also called by whichever thread makes the cache forget an entry, while it does so. */
  private void forgetEvicted(
      @Nullable TokenDigest digest, PrincipalAnswer.@Nullable Found found, RemovalCause cause) {
    if (digest != null && found != null) {
      forget(found.principal().tokenId(), digest);
    }
  }

  private void forget(Long tokenId, TokenDigest digest) {
    digestsOfTokens.computeIfPresent(
        tokenId,
        (id, digests) ->
            digests.size() == 1 && digests.contains(digest) ? null : without(digests, digest));
  }

  /** One for what a token usually is, more for one of many roles or resources. */
  private static int weight(TokenDigest digest, PrincipalAnswer.Found found) {
    return Math.max(1, bytes(found.principal()) / USUAL_BYTES);
  }

  /** How many bytes a principal's texts take, about; what it shares with others counts in full. */
  private static int bytes(Principal principal) {
    long bytes = principal.name().length();
    for (SubjectHandle role : principal.roles()) {
      bytes += BYTES_PER_OBJECT + role.value().length();
    }
    for (String resource : principal.permissions().byResource().keySet()) {
      bytes += 2 * BYTES_PER_OBJECT + resource.length();
    }
    return (int) Math.min(Integer.MAX_VALUE, bytes * Character.BYTES);
  }

  private static Set<TokenDigest> union(Set<TokenDigest> some, Set<TokenDigest> more) {
    Set<TokenDigest> all = new HashSet<>(some);
    all.addAll(more);
    return Set.copyOf(all);
  }

  private static Set<TokenDigest> without(Set<TokenDigest> digests, TokenDigest digest) {
    return digests.stream()
        .filter(other -> !other.equals(digest))
        .collect(Collectors.toUnmodifiableSet());
  }
}
