package dev.servicetokens.cluster;

import dev.servicetokens.cluster.ChangeLog.LoggedChange;
import dev.servicetokens.cluster.ChangeLog.Position;
import dev.servicetokens.cluster.ChangeLog.Read;
import dev.servicetokens.cluster.ChangeLog.Renewal;
import dev.servicetokens.cluster.LeaseHolder.Lease;
import dev.servicetokens.log.Outage;
import dev.servicetokens.token.TokenDigest;
import java.util.List;
import java.util.Set;
import java.util.UUID;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A registered node: it keeps its row renewed, its cache at the log, and its lease published.
 *
 * <p>{@link #run} is the work of one thread; {@link #wake} and {@link #stop} are for any. Not
 * final, and its steps not private, because the simulation leaves out one at a time and must
 * notice.
 */
class CoherenceNode implements Runnable {

  private static final Logger LOG = LoggerFactory.getLogger(CoherenceNode.class);

  /** Allows for three lost renewals within a lease. */
  static final long RENEWAL_NANOS = 250_000_000;

  /**
   * So many changes are read at once. Whoever is further behind, or has just begun, empties its
   * memory and goes on from the latest one, so that no length of the log is too much for it.
   */
  static final int MOST_READ = 10_000;

  private static final long SHORTEST_PAUSE_NANOS = 100_000_000;
  private static final long LONGEST_PAUSE_NANOS = 1_000_000_000;
  private static final long LIMIT_NANOS_PER_LEASE_MILLI = 900_000;

  final ChangeLog log;
  final PrincipalCache cache;
  final LeaseHolder leases;
  final LentLeases lent;
  final Time time;
  final int leaseMillis;
  private final Supplier<UUID> randomIds;
  final AppliedChanges applied = new AppliedChanges();

  private volatile boolean stopped;
  @Nullable UUID nodeId;
  UUID last = Position.START.changeId();
  UUID tried = last;
  private final Outage database = new Outage(LOG);
  private final Outage memory = new Outage(LOG);
  private boolean configuredKnown;
  private long sentNanos;
  private long pauseNanos = SHORTEST_PAUSE_NANOS;

  /**
   * Makes one that is not registered.
   *
   * @param leaseMillis how long it counts as answering from memory, for the others; it stops at 0.9
   *     of that, which allows the clocks' rates to differ by a tenth
   */
  CoherenceNode(
      ChangeLog log,
      PrincipalCache cache,
      LeaseHolder leases,
      LentLeases lent,
      Time time,
      int leaseMillis,
      Supplier<UUID> randomIds) {
    this.log = log;
    this.cache = cache;
    this.leases = leases;
    this.lent = lent;
    this.time = time;
    this.leaseMillis = leaseMillis;
    this.randomIds = randomIds;
    lent.wakes(log::wake);
  }

  /** Ends the thread soon; it drops the lease and removes its row first. */
  void stop() {
    stopped = true;
    log.wake();
  }

  /** Makes it read the log now (rule 4). */
  void wake() {
    log.wake();
  }

  @Override
  public void run() {
    try {
      while (!stopped) {
        try {
          serve();
        } catch (LogUnavailableException e) {
          // The lease runs out by itself.
          if (!stopped) {
            database.goesOn(
                "The database does not answer (%s): until it does, requests wait for it or are refused with 503"
                    .formatted(e.getMessage()));
          }
          reconnectLater();
        } catch (RuntimeException e) {
          leases.drop();
          if (!stopped) {
            memory.goesOn(
                "This node cannot keep its memory at the log; it asks the database instead", e);
          }
          reconnectLater();
        }
      }
      leave();
    } finally {
      leases.drop();
      log.close();
    }
  }

  /** Rules 9 to 12, until stopped or something fails. */
  void serve() {
    log.listen();
    if (nodeId == null) {
      register();
    }
    while (!stopped) {
      renewUntilNothingNew();
      pauseNanos = SHORTEST_PAUSE_NANOS;
      memory.isOver("This node keeps its memory at the log again");
      database.isOver("The database answers again; this node answers from its memory");
      long pause = sentNanos + RENEWAL_NANOS - time.nanoTime();
      boolean woken = log.await(Math.min(pause, lent.blockedNanos()));
      if (woken && !stopped && !lent.canAcknowledgeMore()) {
        catchUp(); // Unless the renewal is awaited itself, for what holders have acknowledged.
      }
    }
  }

  /** Under a new random id, which is nowhere kept (rule 9). */
  void register() {
    UUID id = randomIds.get();
    UUID renewal = randomIds.get();
    log.register(id, leaseMillis, renewal);
    last = renewal;
    tried = renewal;
    nodeId = id;
    LOG.info("This is node {} of the cluster", id);
  }

  private void renewUntilNothingNew() {
    boolean again = true;
    while (again) {
      again = renew();
    }
  }

  /**
   * One renewal (rule 10).
   *
   * @return whether it brought changes: the next one acknowledges them
   */
  boolean renew() {
    sentNanos = time.nanoTime();
    long sentWallMillis = time.wallMillis();
    if (!renewRow()) {
      begin();
      sentNanos = time.nanoTime();
      sentWallMillis = time.wallMillis();
      if (!renewRow()) {
        throw new LogUnavailableException("A row that was just registered cannot be renewed");
      }
    }
    boolean changed = catchUp();
    leases.publish(new Lease(sentNanos, sentWallMillis, leaseMillis * LIMIT_NANOS_PER_LEASE_MILLI));
    return changed;
  }

  /** Rule 10a. The value that is tried is known before it is sent, so that a lost reply is none. */
  boolean renewRow() {
    Position own = applied.last();
    Renewal renewal =
        new Renewal(
            registeredId(), randomIds.get(), last, tried, own, lent.acknowledge(own.number()));
    tried = renewal.renewal();
    boolean renewed = log.renew(renewal);
    if (renewed) {
      last = renewal.renewal();
    }
    return renewed;
  }

  /**
   * Rules 10b and 10c, but for the lease.
   *
   * @return whether there were changes
   */
  boolean catchUp() {
    Read read = log.readAfter(applied.last().number(), MOST_READ);
    List<LoggedChange> changes = read.changes();
    Set<TokenDigest> configured = null;
    if (!configuredKnown || (!changes.isEmpty() && mayConfigure(changes))) {
      configured = log.configuredDigests();
    }
    cache.apply(read, configured);
    configuredKnown = true;
    if (!changes.isEmpty()) {
      applied.add(changes);
    }
    lent.apply(read);
    return !changes.isEmpty();
  }

  private boolean mayConfigure(List<LoggedChange> changes) {
    return !cache.isComplete(changes)
        || changes.stream().anyMatch(logged -> logged.change() instanceof Change.OfAll);
  }

  /** Begins again as another node: this one's row, or its place in the log, is gone (rule 11). */
  void begin() {
    leases.drop();
    LoggedChange latest = log.latest();
    long number = latest == null ? 0 : latest.number();
    applied.reportLost(number, log::contains);
    cache.restart(number);
    applied.restart(latest);
    lent.restart(applied.last());
    configuredKnown = false;
    nodeId = null; // Even if this fails, the next try registers another.
    register();
  }

  /** Rule 12: with the same id and cache. */
  private void reconnectLater() {
    log.close();
    if (!stopped) {
      log.await(pauseNanos);
      pauseNanos = Math.min(2 * pauseNanos, LONGEST_PAUSE_NANOS);
    }
  }

  /**
   * Rule 9: nothing is answered from memory any more, then nobody waits for this node. What it has
   * lent is over before, so that nobody need wait for that either.
   */
  private void leave() {
    leases.end();
    lent.end();
    time.sleep(lent.outNanos());
    if (nodeId != null) {
      try {
        log.unregister(nodeId);
      } catch (LogUnavailableException e) {
        LOG.debug("The row of this node stays; others see that it is silent", e);
      }
    }
  }

  private UUID registeredId() {
    UUID id = nodeId;
    if (id == null) {
      throw new IllegalStateException("Not registered.");
    }
    return id;
  }
}
