package dev.servicetokens.audit;

import java.time.Instant;
import java.util.List;
import java.util.Optional;

/**
 * Where the seals of the events are kept. Each call runs in the caller's transaction. Thread-safe.
 */
public interface AuditChain {

  /**
   * Takes the right to lengthen the chain until the transaction ends.
   *
   * @return false if another node has it
   */
  boolean tryLock();

  /** The end of the chain: the last seal, or the anchor if there is none. */
  ChainLink end();

  /**
   * Events that wait for their seals, in the order of their ids, as far as they are visible. Fewer
   * than so many where they would weigh too much to be held.
   */
  List<EventContent> unsealed(int limit);

  /** Adds seals at the end of the chain and takes their events out of the queue. */
  void seal(List<Seal> seals);

  /** Where the kept part of the chain begins: the last place that was pruned. */
  ChainLink anchor();

  /** Whether an event in the log says that the chain was pruned up to there. */
  boolean isPrunedTo(ChainLink anchor);

  /** The seal at that place, if there is one. */
  Optional<Seal> sealAt(long sequenceNumber);

  /**
   * Seals behind that place, in their order, each with its event. Fewer than so many where they
   * would weigh too much to be held, but always two if there are two.
   */
  List<SealedEvent> sealedAfter(long sequenceNumber, int limit);

  /** How many events wait for their seals. */
  long countUnsealed();

  /**
   * The first event, by id, that is neither sealed nor in the queue.
   *
   * @param fromId first id to look at
   * @param toId last id to look at
   */
  Optional<Long> firstStray(long fromId, long toId);

  /** The first event, by id, that is in the queue and nowhere else. */
  Optional<Long> firstLostFromQueue();

  /** The first event, by id, that was put in the queue before that instant and is still there. */
  Optional<Long> firstQueuedBefore(Instant instant);

  /**
   * Removes the oldest part of the chain with its events, see the function of that name in the
   * database: whatever it is asked, it keeps what is younger than a day by the database's clock.
   *
   * @return how many events were removed
   */
  long prune(Instant before, int limit);
}
