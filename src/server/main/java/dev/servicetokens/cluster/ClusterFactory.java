package dev.servicetokens.cluster;

import com.github.benmanes.caffeine.cache.Ticker;
import dev.servicetokens.access.Commits;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Timer;
import io.micronaut.context.BeanProvider;
import io.micronaut.context.annotation.Bean;
import io.micronaut.context.annotation.Factory;
import io.micronaut.http.netty.channel.EventLoopGroupRegistry;
import jakarta.inject.Singleton;
import java.time.Clock;
import java.time.Duration;
import java.util.UUID;
import java.util.concurrent.Executor;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Makes the parts of a node and connects them, with the sizes that all nodes share. */
@Factory
final class ClusterFactory {

  private static final Logger LOG = LoggerFactory.getLogger(ClusterFactory.class);

  /** Outlasts pauses of the garbage collector, and bounds how long a revocation takes. */
  private static final int LEASE_MILLIS = 1000;

  private static final Duration IDLE = Duration.ofSeconds(10);
  private static final int QUERIES_WAITING = 1000;

  @Singleton
  LeaseHolder leases(Time time) {
    return new LeaseHolder(time);
  }

  @Singleton
  PrincipalCache cache(CacheConfiguration configuration) {
    return new PrincipalCache(configuration, Ticker.systemTicker());
  }

  /** Who waits for an answer waits on the event loops. */
  @Singleton
  LentLeases lent(
      LeaseHolder leases,
      PrincipalCache cache,
      Time time,
      LendingConfiguration limits,
      BeanProvider<EventLoopGroupRegistry> loops) {
    return new LentLeases(
        leases,
        cache,
        time,
        limits,
        new LapsedHolders(),
        (nanos, work) -> {
          try {
            var _ =
                loops
                    .get()
                    .getDefaultEventLoopGroup()
                    .next()
                    .schedule(work, nanos, TimeUnit.NANOSECONDS);
          } catch (RejectedExecutionException e) {
            LOG.debug("The server has ended, and with it whoever waited", e);
          }
        });
  }

  @Singleton
  CoherenceNode node(
      ChangeLog.Connections logs,
      PrincipalCache cache,
      LeaseHolder leases,
      LentLeases lent,
      Time time) {
    ChangeLog log = logs.changeLog("coherence");
    return new CoherenceNode(log, cache, leases, lent, time, LEASE_MILLIS, UUID::randomUUID);
  }

  @Singleton
  CoherentPrincipals principals(
      PrincipalCache cache,
      LeaseHolder leases,
      Time time,
      PrincipalQuery query,
      FirstUses firstUses) {
    QueryLimit limit = new QueryLimit(CoherentPrincipals.QUERIES_AT_ONCE, QUERIES_WAITING);
    return new CoherentPrincipals(cache, leases, time, query, limit, firstUses);
  }

  @Singleton
  FirstUses firstUses(FirstUses.Store store, AwaitedChanges awaited, Time time) {
    return new FirstUses(store, awaited, time, new QueryLimit(FirstUses.AT_ONCE, QUERIES_WAITING));
  }

  @Bean(preDestroy = "close")
  @Singleton
  AwaitedChanges awaited(
      ChangeLog.Connections logs, Time time, CoherenceNode node, MeterRegistry metrics) {
    ChangeLog log = logs.changeLog("changes");
    Timer waits = ClusterMetrics.changeWait(metrics);
    return new AwaitedChanges(
        log,
        time,
        LEASE_MILLIS,
        onOneThread(),
        node::wake,
        nanos -> waits.record(nanos, TimeUnit.NANOSECONDS));
  }

  @Singleton
  Housekeeping housekeeping(ChangeLog.Connections logs, Time time, Clock clock) {
    return new Housekeeping(logs.changeLog("changes"), time, clock);
  }

  @Singleton
  Commits commits(CoherentCommits.Transactions transactions, AwaitedChanges awaited) {
    return new CoherentCommits(transactions, awaited);
  }

  /** A platform thread, so that busy virtual threads do not hold up who waits; none when idle. */
  private static Executor onOneThread() {
    return new ThreadPoolExecutor(
        0,
        1,
        IDLE.toMillis(),
        TimeUnit.MILLISECONDS,
        new LinkedBlockingQueue<>(),
        Thread.ofPlatform().daemon().name("changes").factory());
  }
}
