package dev.servicetokens.verification;

import dev.servicetokens.log.Outage;
import dev.servicetokens.verification.TokenUseRepository.RecordedUse;
import io.micronaut.context.event.ApplicationEventListener;
import io.micronaut.context.event.ShutdownEvent;
import io.micronaut.scheduling.annotation.Scheduled;
import jakarta.inject.Singleton;
import java.net.InetAddress;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.Set;
import java.util.TreeMap;
import java.util.UUID;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.LinkedBlockingQueue;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Records in memory when, from where, for what and how often each token was used, and stores it
 * every second and at the end, one row a token and never on a request's thread. Thread-safe.
 */
@Singleton
public class TokenUses implements ApplicationEventListener<ShutdownEvent> {

  /** Small, because a token whose row is being written is not deleted meanwhile. */
  static final int ROWS_AT_ONCE = 500;

  /** So many that others have counted wait at most, and of so many tokens. */
  private static final int MOST_REPORTED = 20_000;

  private static final int MOST_UNSTORED = 100_000;

  /** After so many attempts in a row, one a second at most, others are told that uses wait. */
  static final int ATTEMPTS_UNTIL_TOLD = 30;

  private static final Logger LOG = LoggerFactory.getLogger(TokenUses.class);

  private final TokenUseRepository repository;
  private final Queue<TokenUse> pending = new ConcurrentLinkedQueue<>();
  private final Queue<RecordedUse> reported = new LinkedBlockingQueue<>(MOST_REPORTED);
  private final Map<Long, RecordedUse> unstored = new TreeMap<>();
  private final Outage outage = new Outage(LOG);

  /** Names this process to others: its row goes when it stores again, and stays if it dies. */
  private final UUID recorder = UUID.randomUUID();

  private int failures;
  private boolean backlogTold;
  private volatile boolean dropped;

  TokenUses(TokenUseRepository repository) {
    this.repository = repository;
  }

  /** Counts a use at that millisecond of the epoch. Never blocks. */
  void record(
      TokenUse use, @Nullable InetAddress address, @Nullable String application, long millis) {
    use.record(millis, address, application, pending);
  }

  /**
   * Counts uses that a verifying service has counted; those of tokens that do not exist are dropped
   * later, and all that are too many to be stored soon. Never blocks.
   */
  public void report(List<RecordedUse> uses) {
    uses.forEach(
        use -> {
          if (!reported.offer(use)) {
            dropped = true;
          }
        });
  }

  @Scheduled(fixedDelay = "1s")
  void storeEverySecond() {
    store();
  }

  /**
   * Not when this is destroyed: the connections, which it does not ask for itself, may be closed by
   * then.
   */
  @Override
  public void onApplicationEvent(ShutdownEvent end) {
    store();
  }

  /** Stores what was recorded; what cannot be stored now, the next time. */
  synchronized void store() {
    collect();
    try {
      List<RecordedUse> all = List.copyOf(unstored.values());
      for (int i = 0; i < all.size(); i += ROWS_AT_ONCE) {
        store(all.subList(i, Math.min(i + ROWS_AT_ONCE, all.size())));
      }
      tellThatAllIsStored();
      outage.isOver("The last use of tokens is stored again");
    } catch (RuntimeException e) {
      tellThatUsesWait();
      // Not the message: a driver may quote a statement with its values in it.
      outage.goesOn(
          "The last use of tokens cannot be stored now and is kept in memory: %s"
              .formatted(e.getClass().getSimpleName()));
    }
  }

  /** Whoever disables what nobody uses must not believe the record meanwhile. */
  private void tellThatUsesWait() {
    failures++;
    if (failures % ATTEMPTS_UNTIL_TOLD != 0) {
      return;
    }
    try {
      repository.tellBacklog(recorder);
      backlogTold = true;
    } catch (RuntimeException e) {
      LOG.debug("Nobody can be told that uses of tokens wait to be stored", e);
    }
  }

  private void tellThatAllIsStored() {
    failures = 0;
    if (dropped) {
      repository.tellGap();
      dropped = false;
    }
    if (backlogTold) {
      repository.endBacklog(recorder);
      backlogTold = false;
    }
  }

  private void store(List<RecordedUse> some) {
    Set<Long> beingChanged = repository.add(some);
    some.stream()
        .map(RecordedUse::tokenId)
        .filter(id -> !beingChanged.contains(id))
        .forEach(unstored::remove);
  }

  private void collect() {
    List<TokenUse> used = new ArrayList<>();
    for (@Nullable TokenUse use = pending.poll(); use != null; use = pending.poll()) {
      used.add(use);
    }
    for (TokenUse use : used) {
      use.take().ifPresent(taken -> unstored.merge(taken.tokenId(), taken, RecordedUse::plus));
    }
    for (@Nullable RecordedUse use = reported.poll(); use != null; use = reported.poll()) {
      if (unstored.size() < MOST_UNSTORED || unstored.containsKey(use.tokenId())) {
        unstored.merge(use.tokenId(), use, RecordedUse::plus);
      } else {
        dropped = true;
      }
    }
  }
}
