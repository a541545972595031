package dev.servicetokens.audit;

import dev.servicetokens.audit.AuditChain.Link;
import dev.servicetokens.audit.AuditChain.Seal;
import dev.servicetokens.audit.AuditChain.SealedEvent;
import dev.servicetokens.audit.AuditChain.StoredEvent;
import dev.servicetokens.text.InvalidInputException;
import io.micronaut.transaction.TransactionDefinition;
import io.micronaut.transaction.annotation.Transactional;
import jakarta.inject.Singleton;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Checks the chain of seals for later changes of events; it has nothing to do with the verification
 * of tokens. Whoever may change the database can make a new chain from any place on; to notice
 * that, keep the hash of an answer elsewhere and compare. Thread-safe.
 */
@Singleton
public class ChainVerifier {

  /** Events that one call checks unless somebody asks for another number. */
  public static final int DEFAULT_LIMIT = 10_000;

  /** Most events that one call checks. */
  public static final int MAX_LIMIT = 100_000;

  private static final int CHUNK = 1000;
  private static final Duration LONGEST_WAIT_FOR_SEAL = Duration.ofMinutes(1);

  private final AuditChain chain;
  private final Clock clock;

  ChainVerifier(AuditChain chain, Clock clock) {
    this.chain = chain;
    this.clock = clock;
  }

  /**
   * Checks the next events of the chain; all of it sees one moment of the database.
   *
   * @param after the place behind which to begin; null for the oldest that is kept
   * @param limit how many events at most
   * @throws InvalidInputException if the place is negative or the limit not between 1 and {@link
   *     #MAX_LIMIT}
   */
  @Transactional(readOnly = true, isolation = TransactionDefinition.Isolation.REPEATABLE_READ)
  public Result verify(@Nullable Long after, int limit) {
    if (after != null && after < 0) {
      throw new InvalidInputException("The place to begin after is 0 or more.");
    }
    if (limit < 1 || limit > MAX_LIMIT) {
      throw new InvalidInputException(
          "The limit is a number from 1 to %d; %d unless given."
              .formatted(MAX_LIMIT, DEFAULT_LIMIT));
    }
    Link anchor = chain.anchor();
    if (after == null || after <= anchor.sequenceNumber()) {
      Walk walk = new Walk(anchor, Long.MIN_VALUE);
      return chain.isPrunedTo(anchor)
          ? walk(walk, limit)
          : walk.broken(
              null, "Events were removed at the beginning of the chain, and no event says so.");
    }
    Optional<Seal> before = chain.sealAt(after);
    return before.isPresent()
        ? walk(new Walk(before.get().link(), before.get().eventId()), limit)
        : new Walk(anchor, Long.MIN_VALUE)
            .broken(null, "There is no event at place %d of the chain any more.".formatted(after));
  }

  private Result walk(Walk walk, int limit) {
    while (true) {
      int chunk = Math.min(CHUNK, limit - walk.checked);
      List<SealedEvent> next = chain.sealedAfter(walk.last.sequenceNumber(), chunk + 1);
      if (next.isEmpty()) {
        return walk.ended();
      }
      if (chunk == 0) {
        return walk.paused();
      }
      // The last one only helps to tell what was changed, unless it is alone.
      for (int i = 0; i < Math.max(1, next.size() - 1); i++) {
        @Nullable SealedEvent following = i + 1 < next.size() ? next.get(i + 1) : null;
        @Nullable Fault fault = walk.step(next.get(i), following);
        if (fault != null) {
          return walk.broken(fault.eventId(), fault.problem());
        }
      }
    }
  }

  /**
   * What a check of a part of the chain has found. Immutable.
   *
   * @param last the last place that was checked and is intact
   * @param checkedEvents how many events were checked
   * @param unsealedEvents how many wait for their seals
   * @param isComplete whether the end of the chain is reached, or a break
   * @param fault the first break; null if there is none
   */
  public record Result(
      Link last,
      long checkedEvents,
      long unsealedEvents,
      boolean isComplete,
      @Nullable Fault fault) {}

  /**
   * An event that is not as it was sealed.
   *
   * @param eventId its id; null where the break is at no event
   * @param problem what is wrong with it, in one line
   */
  public record Fault(@Nullable Long eventId, String problem) {}

  /** The way along the chain: used by one call, on one thread. */
  private final class Walk {

    private Link last;
    private int checked;
    private long lowestId;
    private long highestId;

    Walk(Link begin, long firstId) {
      this.last = begin;
      this.lowestId = firstId;
      this.highestId = firstId;
    }

    /** Checks the next event; the one behind it helps to tell what was changed. */
    @Nullable Fault step(SealedEvent event, @Nullable SealedEvent following) {
      Seal seal = event.seal();
      long expected = last.sequenceNumber() + 1;
      if (seal.link().sequenceNumber() != expected) {
        return new Fault(
            seal.eventId(),
            "The place before it in the chain, %d, is empty: seals were removed."
                .formatted(seal.link().sequenceNumber() - 1));
      }
      StoredEvent stored = event.event();
      if (stored == null) {
        return new Fault(
            seal.eventId(), "It was sealed and is not there any more: it was deleted.");
      }
      Seal due = Seal.after(last, stored);
      if (!due.equals(seal)) {
        return new Fault(seal.eventId(), problem(due, following));
      }
      last = seal.link();
      lowestId = Math.min(lowestId, seal.eventId());
      highestId = Math.max(highestId, seal.eventId());
      checked++;
      return null;
    }

    private static String problem(Seal due, @Nullable SealedEvent following) {
      boolean nextFits =
          following != null
              && following.event() != null
              && Seal.after(due.link(), following.event()).equals(following.seal());
      return nextFits
          ? "Its hash was changed; the event itself is as it was sealed."
          : "It is not what was sealed at its place: it was changed or exchanged for another, or the hash was.";
    }

    Result broken(@Nullable Long eventId, String problem) {
      return new Result(last, checked, chain.countUnsealed(), true, new Fault(eventId, problem));
    }

    /**
     * Neighbouring parts share the event between them, so that together they look at every id for
     * events that are in no list at all.
     */
    Result paused() {
      return chain
          .firstStray(lowestId, highestId)
          .map(this::stray)
          .orElseGet(() -> new Result(last, checked, chain.countUnsealed(), false, null));
    }

    Result ended() {
      Optional<Long> stray = chain.firstStray(lowestId, Long.MAX_VALUE);
      if (stray.isPresent()) {
        return stray(stray.get());
      }
      Optional<Long> lost = chain.firstLostFromQueue();
      if (lost.isPresent()) {
        return broken(lost.get(), "It was deleted before it was sealed.");
      }
      Optional<Long> late = chain.firstQueuedBefore(clock.instant().minus(LONGEST_WAIT_FOR_SEAL));
      if (late.isPresent()) {
        return broken(
            late.get(), "It waits for its seal for more than a minute; see whether servers run.");
      }
      return new Result(last, checked, chain.countUnsealed(), true, null);
    }

    private Result stray(Long eventId) {
      return broken(
          eventId, "It is neither sealed nor waiting for it: it was added, or its seal removed.");
    }
  }
}
