package dev.servicetokens.cluster;

import dev.servicetokens.cluster.PrincipalCache.LastApplied;
import dev.servicetokens.cluster.PrincipalQuery.Snapshot;
import dev.servicetokens.token.TokenDigest;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import java.util.concurrent.atomic.LongAdder;
import org.jspecify.annotations.Nullable;

/**
 * Finds whose a digest is, from memory while this node holds its lease, and from the database
 * otherwise. What was revoked before the request began is never found. A token that is found may
 * have ended: the caller compares its end with the clock. Thread-safe. Not final, because the
 * simulation breaks one rule at a time.
 */
public class CoherentPrincipals {

  /** So many token strings that memory does not know ask the database at once (rule 18). */
  public static final int QUERIES_AT_ONCE = 8;

  /** How long a request waits for another's query and then for the turn of its own (rule 18). */
  private static final long LONGEST_WAIT_NANOS = 1_000_000_000;

  final PrincipalCache cache;
  final LeaseHolder leases;
  final Time time;
  private final PrincipalQuery query;
  private final QueryLimit limit;
  private final FirstUses firstUses;
  private final ConcurrentMap<TokenDigest, QueryUnderWay> underWay = new ConcurrentHashMap<>();
  private final LongAdder queriesWithoutLease = new LongAdder();
  private volatile LastApplied latestSeen = new LastApplied(0, "");

  CoherentPrincipals(
      PrincipalCache cache,
      LeaseHolder leases,
      Time time,
      PrincipalQuery query,
      QueryLimit limit,
      FirstUses firstUses) {
    this.cache = cache;
    this.leases = leases;
    this.time = time;
    this.query = query;
    this.limit = limit;
    this.firstUses = firstUses;
  }

  /**
   * Answers from memory. Never blocks, takes no lock and allocates nothing of its own.
   *
   * @param wellFormed whether the token string has the shape and checksum of ours; one without is
   *     compared with the configured ones first
   * @return null if memory cannot answer: {@link #ask} then
   */
  public @Nullable PrincipalAnswer ifInMemory(TokenDigest digest, boolean wellFormed) {
    return leases.holds() ? lookUp(digest, wellFormed) : null; // rule 14: in this order
  }

  /**
   * Answers from memory or from the database. May block.
   *
   * <p>Of a secret that a rotation made, and that somebody else was accepted by first, it answers
   * when every node knows that (rule 8a). One that nobody was accepted by yet is not live before
   * {@link FirstUses#accept} has said so.
   *
   * @param wellFormed as above
   * @throws UnavailableException if too many ask the database already
   * @throws RuntimeException if the database cannot be asked
   */
  public PrincipalAnswer ask(TokenDigest digest, boolean wellFormed) {
    long deadline = time.nanoTime() + LONGEST_WAIT_NANOS;
    boolean lease = leases.holds();
    if (lease) {
      PrincipalAnswer known = lookUp(digest, wellFormed);
      if (known != null) {
        return known;
      }
    }
    LastApplied onArrival = cache.lastApplied(); // rule 15: after the lease
    Snapshot shared = lease ? joined(digest, onArrival) : null;
    return (shared == null ? asked(digest, lease, deadline) : shared).answer();
  }

  /** Whether configuration put a token string of that digest in place. */
  public boolean isConfigured(TokenDigest digest) {
    return cache.isConfigured(digest);
  }

  /**
   * The change that every answer which is asked for from now on knows of, and perhaps later ones:
   * whoever keeps such an answer takes this down before the question, so that rule 16 can be kept
   * elsewhere, too. Never blocks.
   *
   * @return empty while this node follows no log
   */
  public Optional<KnownChange> knownChange() {
    LastApplied applied = cache.lastApplied();
    return applied.serverStart().isEmpty()
        ? Optional.empty()
        : Optional.of(new KnownChange(applied.number(), applied.serverStart()));
  }

  /**
   * A place in the log of changes.
   *
   * @param number the change's number
   * @param serverStart which database server gave it, by its start; opaque, and numbers of two
   *     servers do not compare
   */
  public record KnownChange(long number, String serverStart) {}

  @Nullable PrincipalAnswer lookUp(TokenDigest digest, boolean wellFormed) {
    return wellFormed || cache.isConfigured(digest) ? cache.get(digest) : PrincipalAnswer.NOBODY;
  }

  /** The result of a query under way, if it is not older than this request (rule 17). */
  @Nullable Snapshot joined(TokenDigest digest, LastApplied onArrival) {
    QueryUnderWay other = underWay.get(digest);
    if (other == null) {
      return null;
    }
    Snapshot said = other.await(LONGEST_WAIT_NANOS);
    return said != null && onArrival.isKnownTo(said) ? said : null;
  }

  private Snapshot asked(TokenDigest digest, boolean lease, long deadline) {
    if (!lease) {
      queriesWithoutLease.increment();
    }
    QueryUnderWay own = new QueryUnderWay(time);
    boolean shared = underWay.putIfAbsent(digest, own) == null;
    try {
      Snapshot said = limit.within(deadline - time.nanoTime(), () -> query.find(digest));
      firstUses.awaitKnown(said); // rule 8a
      own.answer(said);
      latestSeen = new LastApplied(said.number(), said.serverStart());
      cache.putIfCurrent(digest, said); // rule 16
      return said;
    } finally {
      if (shared) {
        underWay.remove(digest, own);
      }
      own.end();
    }
  }

  /** A query of one request, whose result others may share (rule 17). Thread-safe. */
  private static final class QueryUnderWay {

    private final Time.Latch answered;
    private volatile @Nullable Snapshot said;

    QueryUnderWay(Time time) {
      this.answered = time.latch();
    }

    void answer(Snapshot answer) {
      said = answer;
    }

    /** Whatever became of the query, nobody waits longer for it. */
    void end() {
      answered.open();
    }

    /** Its result; null if it failed or took longer. */
    @Nullable Snapshot await(long nanos) {
      answered.await(nanos);
      return said;
    }
  }

  /** How many queries were made because there was no lease. */
  long queriesWithoutLease() {
    return queriesWithoutLease.sum();
  }

  /**
   * By how many changes memory is behind the newest answer of the database; 0 if that was another
   * database server's.
   */
  long lag() {
    LastApplied seen = latestSeen;
    LastApplied applied = cache.lastApplied();
    boolean comparable = seen.serverStart().equals(applied.serverStart());
    return comparable ? Math.max(0, seen.number() - applied.number()) : 0;
  }
}
