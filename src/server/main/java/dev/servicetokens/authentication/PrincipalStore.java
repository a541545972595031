package dev.servicetokens.authentication;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import com.github.benmanes.caffeine.cache.RemovalCause;
import com.github.benmanes.caffeine.cache.Ticker;
import dev.servicetokens.access.SubjectHandle;
import dev.servicetokens.cluster.Answer;
import dev.servicetokens.cluster.CachedPrincipals;
import dev.servicetokens.token.TokenDigest;
import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import java.time.Duration;
import java.util.Collections;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * What a node keeps in memory: digests of live token strings, and, apart from them so that no flood
 * can push them out, some that are nobody's. It decides nothing and may forget anything at any
 * time; whether an entry may be put or used is decided before it is asked.
 *
 * <p>{@link #get} may be called by any thread at any time and takes no lock. Of all other methods
 * one runs at a time: the caller holds a lock. What they have removed, no {@code get} that begins
 * after their return finds.
 */
@Singleton
class PrincipalStore implements CachedPrincipals {

  /** After that time the database is asked again whose a digest is that was nobody's. */
  static final Duration UNKNOWN_LIFE = Duration.ofSeconds(10);

  /** What is larger counts as several tokens, so that memory is bounded whatever tokens are. */
  private static final int USUAL_BYTES = 512;

  private final Cache<TokenDigest, PrincipalAuthentication> live;
  private final Cache<TokenDigest, Answer> unknown;

  /** The digests of each token in {@link #live}: one, or two while a rotation overlaps. */
  private final Map<Long, Set<TokenDigest>> digestsOfTokens = new ConcurrentHashMap<>();

  @Inject
  PrincipalStore(CacheConfiguration configuration) {
    this(configuration, Ticker.systemTicker());
  }

  PrincipalStore(CacheConfiguration configuration, Ticker ticker) {
    this.live =
        Caffeine.newBuilder()
            .maximumWeight(configuration.maximumTokens())
            .executor(Runnable::run)
            .weigher(PrincipalStore::weight)
            .<TokenDigest, PrincipalAuthentication>evictionListener(this::forgetEvicted)
            .build();
    this.unknown =
        Caffeine.newBuilder()
            .maximumSize(configuration.maximumUnknown())
            .expireAfterWrite(UNKNOWN_LIFE)
            .ticker(ticker)
            .executor(Runnable::run)
            .build();
  }

  /** One for what a token usually is, more for one of many roles or resources. */
  private static int weight(TokenDigest digest, PrincipalAuthentication caller) {
    return Math.max(1, caller.bytes() / USUAL_BYTES);
  }

  /** What is known of that digest; null if nothing. */
  @Override
  public @Nullable Answer get(TokenDigest digest) {
    PrincipalAuthentication found = live.getIfPresent(digest);
    return found == null ? unknown.getIfPresent(digest) : found;
  }

  /** Keeps what the database said, in place of what it said before. */
  @Override
  public void put(TokenDigest digest, Answer said) {
    if (said instanceof PrincipalAuthentication caller) {
      unknown.invalidate(digest);
      putLive(digest, caller);
    } else {
      removeLive(digest);
      unknown.put(digest, said);
    }
  }

  /**
   * Removes all of the tokens of those ids, and of all that have one of those subjects among their
   * roles.
   */
  @Override
  public void remove(Set<Long> tokenIds, Set<SubjectHandle> subjects) {
    for (Long tokenId : tokenIds) {
      Set<TokenDigest> digests = digestsOfTokens.remove(tokenId);
      if (digests != null) {
        live.invalidateAll(digests);
      }
    }
    if (!subjects.isEmpty()) {
      live.asMap()
          .forEach(
              (digest, caller) -> {
                if (!Collections.disjoint(caller.principal().roles(), subjects)) {
                  removeLive(digest);
                }
              });
    }
  }

  /** Removes everything. */
  @Override
  public void clear() {
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

  private void putLive(TokenDigest digest, PrincipalAuthentication caller) {
    Long tokenId = caller.principal().tokenId();
    PrincipalAuthentication before = live.getIfPresent(digest);
    if (before != null && before.principal().tokenId() != tokenId) {
      removeLive(digest);
    }
    // Only after the entry: the end of an older one, of the same digest, would take this away. If
    // the entry is gone again by then, nobody else would.
    live.put(digest, caller);
    digestsOfTokens.merge(tokenId, Set.of(digest), PrincipalStore::union);
    if (!live.asMap().containsKey(digest)) {
      forget(tokenId, digest);
    }
  }

  private void removeLive(TokenDigest digest) {
    PrincipalAuthentication removed = live.asMap().remove(digest);
    if (removed != null) {
      forget(removed.principal().tokenId(), digest);
    }
  }

  /** Also called by whichever thread makes the cache forget an entry, while it does so. */
  private void forgetEvicted(
      @Nullable TokenDigest digest, @Nullable PrincipalAuthentication caller, RemovalCause cause) {
    if (digest != null && caller != null) {
      forget(caller.principal().tokenId(), digest);
    }
  }

  private void forget(Long tokenId, TokenDigest digest) {
    digestsOfTokens.computeIfPresent(
        tokenId,
        (id, digests) ->
            digests.size() == 1 && digests.contains(digest) ? null : without(digests, digest));
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
