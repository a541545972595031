package dev.servicetokens.cluster;

import dev.servicetokens.cluster.GuardedCache.Floor;
import dev.servicetokens.cluster.PrincipalQuery.Found;
import dev.servicetokens.token.TokenDigest;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import java.util.concurrent.atomic.LongAdder;
import org.jspecify.annotations.Nullable;

/**
 * Finds whose a digest is, from memory while this node holds its lease, and from the database
 * otherwise; never by what was revoked before the request began. Expiry is for the caller to
 * compare. Thread-safe. Not final, because the simulation breaks one rule at a time.
 */
public class CoherentPrincipals {

  /** For another's query and then for the turn of its own, together (rule 18). */
  private static final long LONGEST_WAIT_NANOS = 1_000_000_000;

  final GuardedCache cache;
  final LeaseHolder leases;
  final Time time;
  private final PrincipalQuery query;
  private final QueryLimit limit;
  final ConcurrentMap<TokenDigest, QueryUnderWay> underWay = new ConcurrentHashMap<>();
  private final LongAdder queriesWithoutLease = new LongAdder();
  private volatile Floor latestSeen = new Floor(0, "");

  CoherentPrincipals(
      GuardedCache cache, LeaseHolder leases, Time time, PrincipalQuery query, QueryLimit limit) {
    this.cache = cache;
    this.leases = leases;
    this.time = time;
    this.query = query;
    this.limit = limit;
  }

  /**
   * Answers from memory. Never blocks, takes no lock and allocates nothing of its own.
   *
   * @param wellFormed whether the token string has the shape and checksum of ours; one without is
   *     compared with the configured ones first
   * @return null if memory cannot answer: {@link #ask} then
   */
  public @Nullable Answer ifInMemory(TokenDigest digest, boolean wellFormed) {
    return leases.holds() ? lookUp(digest, wellFormed) : null; // rule 14: in this order
  }

  /**
   * Answers from memory or from the database. May block.
   *
   * @param wellFormed as above
   * @throws UnavailableException if too many ask the database already
   * @throws RuntimeException if the database cannot be asked
   */
  public Answer ask(TokenDigest digest, boolean wellFormed) {
    long deadline = time.nanoTime() + LONGEST_WAIT_NANOS;
    boolean lease = leases.holds();
    if (lease) {
      Answer known = lookUp(digest, wellFormed);
      if (known != null) {
        return known;
      }
    }
    Floor floor = cache.floor(); // rule 15: after the lease
    Found found = lease ? joined(digest, floor) : null;
    return (found == null ? asked(digest, lease, deadline) : found).answer();
  }

  /** Whether configuration put a token string of that digest in place. */
  public boolean isConfigured(TokenDigest digest) {
    return cache.isConfigured(digest);
  }

  @Nullable Answer lookUp(TokenDigest digest, boolean wellFormed) {
    return wellFormed || cache.isConfigured(digest) ? cache.get(digest) : Answer.UNKNOWN;
  }

  /** The result of a query under way, if it is not older than this request (rule 17). */
  @Nullable Found joined(TokenDigest digest, Floor floor) {
    QueryUnderWay other = underWay.get(digest);
    if (other == null) {
      return null;
    }
    Found found = other.await(LONGEST_WAIT_NANOS);
    return found != null && floor.allows(found) ? found : null;
  }

  private Found asked(TokenDigest digest, boolean lease, long deadline) {
    if (!lease) {
      queriesWithoutLease.increment();
    }
    QueryUnderWay own = new QueryUnderWay(time);
    boolean shared = underWay.putIfAbsent(digest, own) == null;
    try {
      Found found = limit.within(deadline - time.nanoTime(), () -> query.find(digest));
      own.answer(found);
      latestSeen = new Floor(found.number(), found.serverStart());
      cache.putIfCurrent(digest, found); // rule 16
      return found;
    } finally {
      if (shared) {
        underWay.remove(digest, own);
      }
      own.end();
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
    Floor seen = latestSeen;
    Floor floor = cache.floor();
    boolean comparable = seen.serverStart().equals(floor.serverStart());
    return comparable ? Math.max(0, seen.applied() - floor.applied()) : 0;
  }
}
