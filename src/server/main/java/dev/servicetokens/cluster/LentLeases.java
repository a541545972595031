package dev.servicetokens.cluster;

import dev.servicetokens.access.Permission;
import dev.servicetokens.access.Principal;
import dev.servicetokens.cluster.ChangeLog.LoggedChange;
import dev.servicetokens.cluster.ChangeLog.Position;
import dev.servicetokens.cluster.ChangeLog.Read;
import dev.servicetokens.cluster.LeaseHolder.Lease;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/**
 * The leases that this node lends to holders: services that answer from a memory of their own as
 * long as this node may from its (rules 21 to 24). A holder's lease lies within the node's, and the
 * node acknowledges a change only when every holder of such a lease has.
 *
 * <p>Thread-safe. One lock holds together what a holder is told, what is taken down of it, and what
 * the node acknowledges; nothing slow is done under it, and no clock read. Not final, because the
 * simulation breaks one rule at a time.
 */
public class LentLeases {

  /** So long is a request held at most that there is nothing to tell. */
  static final long LONGEST_HOLD_NANOS = 150_000_000;

  /** Whoever lacks more changes than these empties its memory instead. */
  static final int MOST_TOLD = 1000;

  private static final long NANOS_PER_MILLI = 1_000_000;

  final LeaseHolder leases;
  final PrincipalCache cache;
  final Time time;
  private final LendingConfiguration limits;
  private final Later later;

  private final ReentrantLock lock = new ReentrantLock();
  private final Map<Key, Holder> holders = new HashMap<>();
  private volatile Runnable wakeNode = () -> {};

  /** What was applied last, by which database server's log; and the newest changes before. */
  private long number;

  private String serverStart = "";

  /** The place before the first of {@link #told}; its id is null if it is not known. */
  private long baseNumber;

  private @Nullable UUID baseId;

  /** Never changed, but replaced, so that an answer may hold a part of it. */
  private List<Told> told = List.of();

  /** What this node's row says, or will when what was sent has come. */
  private long acknowledged;

  private boolean ended;

  LentLeases(
      LeaseHolder leases,
      PrincipalCache cache,
      Time time,
      LendingConfiguration limits,
      Later later) {
    this.leases = leases;
    this.cache = cache;
    this.time = time;
    this.limits = limits;
    this.later = later;
  }

  /** Runs something on a thread that must not be kept, after that time. Never throws. */
  @FunctionalInterface
  interface Later {
    void run(long nanos, Runnable work);
  }

  /**
   * What a holder asks.
   *
   * @param tokenId the token by which it is authenticated
   * @param holder its id, random for each process
   * @param sequence grows with each request of that holder
   * @param applied the number of the last change that it has applied; 0 if its memory is empty
   * @param changeId that change's id; null if it does not know it
   * @param serverStart the database server that gave the number; null if it knows none
   */
  public record Question(
      long tokenId,
      String holder,
      long sequence,
      long applied,
      @Nullable UUID changeId,
      @Nullable String serverStart) {}

  /** What it is answered. */
  public sealed interface Answer {

    /**
     * A lease and what is new.
     *
     * @param remainingMillis for so long from the moment of asking; 0 if nothing is lent
     * @param number the last change that this node has applied
     * @param changeId its id; null if it is not known
     * @param serverStart the database server that gave the numbers
     * @param empty whether the holder must empty its memory and take over that place
     * @param changes those that follow what it has applied, without a gap; none if it is to empty
     */
    record Lent(
        long remainingMillis,
        long number,
        @Nullable UUID changeId,
        String serverStart,
        boolean empty,
        List<Told> changes)
        implements Answer {}

    /** A request of that holder that is as new or newer has come. */
    record Superseded() implements Answer {}

    /** There are as many holders as there may be. */
    record TooManyHolders() implements Answer {}

    /** This node has no lease of its own, or ends. */
    record NoLease() implements Answer {}
  }

  /**
   * A change as holders are told of it.
   *
   * @param number its number
   * @param id its id
   * @param key what must be forgotten has it, see {@link Change#key}; null if all must be
   */
  public record Told(long number, UUID id, @Nullable String key) {}

  /** The id that a process has chosen is its own only together with its token. */
  private record Key(long tokenId, String holder) {}

  /** What is taken down of a holder. Guarded by the lock. */
  static final class Holder {
    private long sequence;
    private long acknowledged;

    /** Whether it was ever lent anything, and until when that may last by whichever clock. */
    private boolean lent;

    private long untilNanos;
    private @Nullable Held held;

    boolean holdsAt(long nowNanos) {
      return lent && untilNanos - nowNanos > 0;
    }
  }

  /** A request that waits for something to tell: it is this one that is answered, and once. */
  private static final class Held {
    private final Holder holder;
    private final Question question;
    private final CompletableFuture<Answer> answer = new CompletableFuture<>();

    Held(Holder holder, Question question) {
      this.holder = holder;
      this.question = question;
    }
  }

  /** Says who is to renew the node's row when holders have acknowledged more. */
  void wakes(Runnable node) {
    wakeNode = node;
  }

  /**
   * Lends a lease: at once if there is something to tell or the holder has none, else when there is
   * or a moment has passed. Never blocks; completes on a thread that must not be kept.
   */
  public CompletionStage<Answer> ask(Question question) {
    long now = time.nanoTime();
    long wall = time.wallMillis();
    Key key = new Key(question.tokenId(), question.holder());
    Held held = null;
    CompletableFuture<Answer> superseded = null;
    Answer answer = null;
    long hold = 0;
    boolean more = false;
    lock.lock();
    try {
      Holder holder = holders.get(key);
      if (holder != null && question.sequence() <= holder.sequence) {
        return CompletableFuture.completedFuture(new Answer.Superseded());
      }
      long remaining = leases.current().remainingMillis(now, wall);
      boolean lends = remaining > 0 && !ended;
      if (holder == null) {
        if (!lends) {
          return CompletableFuture.completedFuture(new Answer.NoLease());
        }
        forgetOver(now);
        if (isFull(question.tokenId())) {
          return CompletableFuture.completedFuture(new Answer.TooManyHolders());
        }
        holder = new Holder();
        holders.put(key, holder);
      }
      if (holder.held != null) {
        superseded = holder.held.answer;
        holder.held = null;
      }
      holder.sequence = question.sequence();
      more = acknowledges(holder, question, now);
      if (lends && holder.holdsAt(now) && !isNews(question)) {
        held = new Held(holder, question);
        holder.held = held;
        hold = Math.min(LONGEST_HOLD_NANOS, remaining * NANOS_PER_MILLI / 2);
      } else {
        answer = answer(holder, question, now, wall);
      }
    } finally {
      lock.unlock();
    }
    if (superseded != null) {
      superseded.complete(new Answer.Superseded());
    }
    if (more) {
      wakeNode.run();
    }
    if (held == null) {
      return CompletableFuture.completedFuture(answer);
    }
    Held waiting = held;
    later.run(hold, () -> answer(waiting));
    return held.answer;
  }

  /**
   * Takes down what the request says that the holder has applied (rule 24).
   *
   * @return whether this node can acknowledge more than it has
   */
  private boolean acknowledges(Holder holder, Question question, long now) {
    long before = holder.acknowledged;
    holder.acknowledged = isKnown(question) ? question.applied() : 0;
    return holder.acknowledged > before
        && acknowledged < number
        && acknowledgeable(number, now) > acknowledged;
  }

  /** Whether what the holder has applied is what this node has, as far as both can tell. */
  private boolean isKnown(Question question) {
    if (!serverStart.equals(question.serverStart())) {
      return false;
    }
    if (question.applied() > number) {
      return true; // Told by another node that is ahead; one server has one log.
    }
    if (question.applied() < baseNumber) {
      return false;
    }
    UUID id =
        question.applied() == baseNumber
            ? baseId
            : told.get((int) (question.applied() - baseNumber - 1)).id();
    return id == null || question.changeId() == null || id.equals(question.changeId());
  }

  /** Whether there is something that the holder does not know. */
  private boolean isNews(Question question) {
    return question.applied() < number || !isKnown(question);
  }

  /** Answers a request that was held, unless somebody has meanwhile. */
  private void answer(Held held) {
    long now = time.nanoTime();
    long wall = time.wallMillis();
    Answer answer;
    lock.lock();
    try {
      if (held.holder.held != held) {
        return;
      }
      held.holder.held = null;
      answer = answer(held.holder, held.question, now, wall);
    } finally {
      lock.unlock();
    }
    held.answer.complete(answer);
  }

  /** What it is lent and told; what it is lent is taken down before (rules 22, 23). */
  Answer answer(Holder holder, Question question, long now, long wall) {
    Lease lease = leases.current();
    long remaining = lease.remainingMillis(now, wall);
    if (remaining <= 0 || ended) {
      return new Answer.NoLease();
    }
    remaining = Math.min(remaining, livesForMillis(question.tokenId(), wall));
    if (remaining > 0) {
      long until = lease.overEverywhereNanos();
      holder.untilNanos = holder.lent && holder.untilNanos - until > 0 ? holder.untilNanos : until;
      holder.lent = true;
    }
    boolean empty = !isKnown(question);
    List<Told> news =
        empty || question.applied() >= number
            ? List.of()
            : told.subList((int) (question.applied() - baseNumber), told.size());
    UUID id = told.isEmpty() ? baseId : told.getLast().id();
    return new Answer.Lent(remaining, number, id, serverStart, empty, news);
  }

  /**
   * For how long the token that asks may be lent anything: by its end, and not at all unless memory
   * says that it is live and may verify. A change that touches it takes it out of memory, so that
   * no request which was let in before, and held, is lent anything after it.
   */
  private long livesForMillis(long tokenId, long wallMillis) {
    Principal caller = cache.live(tokenId);
    if (caller == null || !caller.may(Permission.VERIFY_SERVICE_TOKENS)) {
      return 0;
    }
    Instant end = caller.expiresAt();
    return end == null ? Long.MAX_VALUE : end.toEpochMilli() - wallMillis;
  }

  /** Takes in what the cache has applied, before a lease says so, and tells who waits for it. */
  void apply(Read read) {
    List<Held> waiting;
    lock.lock();
    try {
      List<LoggedChange> changes = read.changes();
      boolean isSame = serverStart.equals(read.serverStart());
      if (changes.isEmpty() && isSame) {
        return;
      }
      serverStart = read.serverStart();
      if (!changes.isEmpty()) {
        add(changes);
      }
      waiting = takeHeld();
    } finally {
      lock.unlock();
    }
    tell(waiting);
  }

  private void add(List<LoggedChange> changes) {
    List<Told> all = new ArrayList<>();
    if (changes.getFirst().number() == number + 1) {
      all.addAll(told);
    } else {
      // The log was pruned: nobody can be told what is missing.
      baseNumber = changes.getFirst().number() - 1;
      baseId = null;
    }
    for (LoggedChange change : changes) {
      all.add(new Told(change.number(), change.id(), change.change().key()));
    }
    int over = Math.max(0, all.size() - MOST_TOLD);
    if (over > 0) {
      baseNumber = all.get(over - 1).number();
      baseId = all.get(over - 1).id();
    }
    told = List.copyOf(all.subList(over, all.size()));
    number = told.getLast().number();
  }

  /**
   * Begins again at that place of perhaps another log (rule 11). What was lent is still out, but
   * nobody can say what its holders have applied of this log.
   */
  void restart(Position latest) {
    List<Held> waiting;
    lock.lock();
    try {
      told = List.of();
      number = latest.number();
      baseNumber = number;
      baseId = number == 0 ? null : latest.changeId();
      serverStart = "";
      acknowledged = 0;
      holders.values().forEach(holder -> holder.acknowledged = 0);
      waiting = takeHeld();
    } finally {
      lock.unlock();
    }
    tell(waiting);
  }

  private List<Held> takeHeld() {
    List<Held> waiting = new ArrayList<>();
    for (Holder holder : holders.values()) {
      if (holder.held != null && (ended || isNews(holder.held.question))) {
        waiting.add(holder.held);
      }
    }
    return waiting;
  }

  private void tell(List<Held> waiting) {
    waiting.forEach(held -> later.run(0, () -> answer(held)));
  }

  /**
   * What this node's renewal acknowledges (rule 24): what it has applied and every holder of a
   * lease has, too, and never less than before.
   */
  long acknowledge(long applied) {
    long now = time.nanoTime();
    lock.lock();
    try {
      forgetOver(now);
      acknowledged = acknowledgeable(applied, now);
      return acknowledged;
    } finally {
      lock.unlock();
    }
  }

  long acknowledgeable(long applied, long now) {
    long least = applied;
    for (Holder holder : holders.values()) {
      if (holder.holdsAt(now)) {
        least = Math.min(least, holder.acknowledged);
      }
    }
    return Math.max(acknowledged, least);
  }

  /** Lends nothing more, and answers who waits. */
  void end() {
    List<Held> waiting;
    lock.lock();
    try {
      ended = true;
      waiting = takeHeld();
    } finally {
      lock.unlock();
    }
    tell(waiting);
  }

  /** For how long something that was lent may still be out; 0 if nothing is. */
  long outNanos() {
    long now = time.nanoTime();
    lock.lock();
    try {
      long longest = 0;
      for (Holder holder : holders.values()) {
        if (holder.holdsAt(now)) {
          longest = Math.max(longest, holder.untilNanos - now);
        }
      }
      return longest;
    } finally {
      lock.unlock();
    }
  }

  /** The caller holds the lock. */
  private void forgetOver(long now) {
    holders.values().removeIf(holder -> holder.held == null && !holder.holdsAt(now));
  }

  private boolean isFull(long tokenId) {
    return holders.size() >= limits.maximumHolders()
        || holders.keySet().stream().filter(key -> key.tokenId() == tokenId).count()
            >= limits.maximumHoldersPerToken();
  }
}
