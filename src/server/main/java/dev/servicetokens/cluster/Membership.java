package dev.servicetokens.cluster;

import io.micronaut.context.event.ApplicationEventListener;
import io.micronaut.context.event.StartupEvent;
import io.micronaut.core.order.Ordered;
import io.micronaut.scheduling.annotation.Scheduled;
import jakarta.annotation.PreDestroy;
import jakarta.inject.Singleton;
import java.time.Duration;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * This process's life as a node: from the start event, before the server listens, to the end of the
 * application context. Until it holds its lease, requests ask the database. Thread-safe.
 */
@Singleton
class Membership implements ApplicationEventListener<StartupEvent>, Ordered {

  private static final Logger LOG = LoggerFactory.getLogger(Membership.class);
  private static final Duration LONGEST_STOP = Duration.ofSeconds(3);

  /** A database that takes longer has said so by then. */
  private static final Duration LONGEST_START = Duration.ofSeconds(3);

  private final CoherenceNode node;
  private final LeaseHolder leases;
  private final LentLeases lent;
  private final Housekeeping housekeeping;
  private @Nullable Thread thread;

  Membership(CoherenceNode node, LeaseHolder leases, LentLeases lent, Housekeeping housekeeping) {
    this.node = node;
    this.leases = leases;
    this.lent = lent;
    this.housekeeping = housekeeping;
  }

  @Override
  public synchronized void onApplicationEvent(StartupEvent event) {
    if (thread == null) {
      thread = Thread.ofPlatform().daemon().name("coherence").start(node);
      awaitFirstLease();
    }
  }

  /** After whoever may refuse to start, and after what is put in place then. */
  @Override
  public int getOrder() {
    return LOWEST_PRECEDENCE;
  }

  /**
   * The first requests find what the first lease has read: which token strings configuration has
   * put in place. They look like anything, so nothing else tells that one stands in a text that is
   * logged, or that a Bearer value is one.
   */
  private void awaitFirstLease() {
    try {
      if (!leases.awaitFirst(LONGEST_START)) {
        LOG.warn("The server listens before this node has a lease: the database is slow");
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  /** A lease runs out by itself; this is who notices when nothing else happens. */
  @Scheduled(fixedDelay = "250ms")
  void noticeLoss() {
    leases.noticeLoss();
    lent.sayLapses();
  }

  @Scheduled(fixedDelay = "10s", initialDelay = "5s")
  void tidy() {
    housekeeping.tidy();
  }

  /** Gives the lease back, so that nobody waits for this node (rule 9). */
  @PreDestroy
  synchronized void stop() {
    node.stop();
    try {
      if (thread != null && !thread.join(LONGEST_STOP)) {
        LOG.warn("The database does not answer; others will wait once for this node's lease");
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
