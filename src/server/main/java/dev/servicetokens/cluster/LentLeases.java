package dev.servicetokens.cluster;

import dev.servicetokens.access.Permission;
import dev.servicetokens.access.Principal;
import dev.servicetokens.cluster.ChangeLog.LoggedChange;
import dev.servicetokens.cluster.ChangeLog.Position;
import dev.servicetokens.cluster.ChangeLog.Read;
import dev.servicetokens.cluster.LeaseHolder.Lease;
import dev.servicetokens.text.TokenText;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Queue;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

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

  /** Whoever has not acknowledged a change by then has made somebody wait in vain (rule 3). */
  private static final long LONGEST_BEHIND_NANOS = 1_000_000_000;

  private static final Logger LOG = LoggerFactory.getLogger(LentLeases.class);
  private static final int MOST_UNSAID = 100;
  private static final long NANOS_PER_MILLI = 1_000_000;
  private static final long NANOS_PER_SECOND = 1_000_000_000;

  final LeaseHolder leases;
  final PrincipalCache cache;
  final Time time;
  final Map<HolderKey, Holder> holders = new HashMap<>();
  private final LendingConfiguration limits;
  private final Later later;

  private final ReentrantLock lock = new ReentrantLock();
  private final LapsedHolders lapsed;
  private final Queue<Lapse> unsaid = new ArrayDeque<>();
  private long lapses;
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
      LapsedHolders lapsed,
      Later later) {
    this.leases = leases;
    this.cache = cache;
    this.time = time;
    this.limits = limits;
    this.lapsed = lapsed;
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
   * @param caller whose token it was authenticated by
   * @param holder its id, random for each process
   * @param sequence grows with each request of that holder
   * @param applied the number of the last change that it has applied; 0 if its memory is empty
   * @param changeId that change's id; null if it does not know it
   * @param serverStart the database server that gave the number; null if it knows none
   */
  public record Question(
      Principal caller,
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

    /**
     * Nothing, though this node has a lease.
     *
     * @param waitSeconds for how long, because a change had to wait for this holder or for others
     *     of its token; 0 if there are as many holders as there may be
     */
    record NothingLent(long waitSeconds) implements Answer {}

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
  record HolderKey(long tokenId, String holder) {}

  /** What is taken down of a holder. Guarded by the lock. */
  static final class Holder {
    final String tokenName;
    long sequence;
    long acknowledged;

    /** Whether anything that it was lent may last, and until when by whichever clock. */
    boolean lent;

    long untilNanos;

    /** Whether it lacks a change that was applied while it was lent something, and since when. */
    boolean behind;

    long behindSinceNanos;
    @Nullable Held held;

    Holder(String tokenName) {
      this.tokenName = tokenName;
    }

    boolean holdsAt(long nowNanos) {
      return lent && untilNanos - nowNanos > 0;
    }
  }

  /** A change had to wait for a holder of that token, to which nothing is lent for so long. */
  private record Lapse(long tokenId, String tokenName, long seconds) {}

  /** A request that waits for something to tell: it is this one that is answered, and once. */
  static final class Held {
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
    HolderKey key = new HolderKey(question.caller().tokenId(), question.holder());
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
      long remaining = ended ? 0 : remainingMillis(now, wall);
      long wait = lapsed.waitNanos(key, now);
      if (holder == null) {
        Answer refusal = refusal(key.tokenId(), remaining, wait, now);
        if (refusal != null) {
          return CompletableFuture.completedFuture(refusal);
        }
        holder = new Holder(question.caller().name());
        holders.put(key, holder);
      }
      if (holder.held != null) {
        superseded = holder.held.answer;
        holder.held = null;
      }
      holder.sequence = question.sequence();
      more = acknowledges(holder, question, now);
      if (wait > 0) {
        answer = new Answer.NothingLent(seconds(wait));
      } else if (remaining > 0 && holder.holdsAt(now) && !isNews(question)) {
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

  /** Why a holder that is new here is lent nothing; null if it may be. */
  private @Nullable Answer refusal(long tokenId, long remaining, long wait, long now) {
    if (remaining <= 0) {
      return new Answer.NoLease();
    }
    if (wait > 0) {
      return new Answer.NothingLent(seconds(wait));
    }
    forgetOver(now);
    boolean isFull =
        holders.size() >= limits.maximumHolders()
            || holders.keySet().stream().filter(key -> key.tokenId() == tokenId).count()
                >= limits.maximumHoldersPerToken();
    return isFull ? new Answer.NothingLent(0) : null;
  }

  /** Rounded up, so that nobody comes too early. */
  private static long seconds(long nanos) {
    return (nanos + NANOS_PER_SECOND - 1) / NANOS_PER_SECOND;
  }

  /** What remains of this node's lease (rule 22). */
  long remainingMillis(long now, long wall) {
    return leases.current().remainingMillis(now, wall);
  }

  /**
   * Takes down what the request says that the holder has applied (rule 24).
   *
   * @return whether this node can acknowledge more than it has
   */
  private boolean acknowledges(Holder holder, Question question, long now) {
    long before = holder.acknowledged;
    holder.acknowledged = isKnown(question) ? question.applied() : 0;
    if (holder.acknowledged > before) {
      holder.behind = holder.acknowledged < number;
      holder.behindSinceNanos = now;
    }
    return holder.acknowledged > before && canAcknowledgeMore(now);
  }

  /** Whether a renewal would say more than this node's row does (rule 24). */
  boolean canAcknowledgeMore() {
    long now = time.nanoTime();
    lock.lock();
    try {
      return canAcknowledgeMore(now);
    } finally {
      lock.unlock();
    }
  }

  private boolean canAcknowledgeMore(long now) {
    return acknowledged < number && acknowledgeable(number, now) > acknowledged;
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
    long remaining = remainingMillis(now, wall);
    if (remaining <= 0 || ended) {
      return new Answer.NoLease();
    }
    remaining = Math.max(0, Math.min(remaining, livesForMillis(question.caller(), wall)));
    if (remaining > 0) {
      lend(holder, leases.current());
    }
    boolean empty = !isKnown(question);
    List<Told> news =
        empty || question.applied() >= number
            ? List.of()
            : told.subList((int) (question.applied() - baseNumber), told.size());
    UUID id = told.isEmpty() ? baseId : told.getLast().id();
    return new Answer.Lent(remaining, number, id, serverStart, empty, news);
  }

  /** Takes down until when it may last: never less than was taken down before (rule 23). */
  void lend(Holder holder, Lease lease) {
    long until = lease.overEverywhereNanos();
    if (!holder.lent || until - holder.untilNanos > 0) {
      holder.untilNanos = until;
    }
    holder.lent = true;
  }

  /**
   * For how long the token that asks may be lent anything: to its end, and not at all if memory
   * says that it may not verify any more, or a change has touched it and nobody has asked for it
   * since. So a request that was let in before its token was deleted, and held, is lent nothing
   * after.
   */
  private long livesForMillis(Principal caller, long wallMillis) {
    Principal known = cache.live(caller);
    if (known == null && isTouched(caller)) {
      return 0;
    }
    Principal now = known == null ? caller : known;
    if (!now.may(Permission.VERIFY_SERVICE_TOKENS)) {
      return 0;
    }
    Instant end = now.expiresAt();
    return end == null ? Long.MAX_VALUE : end.toEpochMilli() - wallMillis;
  }

  private boolean isTouched(Principal caller) {
    String own = new Change.OfToken(caller.tokenId()).key();
    return told.stream().anyMatch(change -> Objects.equals(change.key(), own));
  }

  /** Takes in what the cache has applied, before a lease says so, and tells who waits for it. */
  void apply(Read read) {
    long now = time.nanoTime();
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
        holders.values().stream()
            .filter(holder -> holder.holdsAt(now) && !holder.behind)
            .filter(holder -> holder.acknowledged < number)
            .forEach(
                holder -> {
                  holder.behind = true;
                  holder.behindSinceNanos = now;
                });
      }
      waiting = takeHeld();
    } finally {
      lock.unlock();
    }
    tell(waiting);
  }

  private void add(List<LoggedChange> changes) {
    List<Told> all = new ArrayList<>();
    LoggedChange last = changes.getLast();
    if (last.number() != number + changes.size()) {
      // Some were pruned: nobody can be told what is missing, so all begin here.
      told = List.of();
      number = last.number();
      baseNumber = number;
      baseId = last.id();
      return;
    }
    all.addAll(told);
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
      holders
          .values()
          .forEach(
              holder -> {
                holder.acknowledged = 0;
                holder.behind = false;
              });
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
      findLapsed(now);
      acknowledged = acknowledgeable(applied, now);
      return acknowledged;
    } finally {
      lock.unlock();
    }
  }

  /**
   * How long it takes at most until this node can acknowledge more, because what somebody was lent
   * who has not is over; endless if nobody is waited for.
   */
  long blockedNanos() {
    long now = time.nanoTime();
    lock.lock();
    try {
      long shortest = Long.MAX_VALUE;
      if (acknowledged < number) {
        for (Holder holder : holders.values()) {
          if (holder.holdsAt(now) && holder.acknowledged < number) {
            shortest = Math.min(shortest, holder.untilNanos - now);
          }
        }
      }
      return shortest;
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
    findLapsed(now);
    holders.values().removeIf(holder -> holder.held == null && !holder.lent);
  }

  /**
   * Finds holders that have not acknowledged a change while what they were lent lasted, or go on
   * asking without it: somebody waited for that in vain.
   */
  private void findLapsed(long now) {
    holders.forEach(
        (key, holder) -> {
          boolean over = holder.lent && !holder.holdsAt(now);
          boolean late = over || now - holder.behindSinceNanos > LONGEST_BEHIND_NANOS;
          if (holder.lent && holder.behind && late) {
            holder.behind = false;
            lapses++;
            long before = lapsed.waitNanos(key, now);
            long wait = lapsed.add(key, now);
            if (before == 0 && unsaid.size() < MOST_UNSAID) {
              unsaid.add(new Lapse(key.tokenId(), holder.tokenName, seconds(wait)));
            }
          }
          holder.lent &= !over;
        });
  }

  /**
   * Says in the log for whom changes have waited. Never called by who renews the lease: what is
   * said there must not take time from that.
   */
  void sayLapses() {
    for (Lapse lapse = nextLapse(); lapse != null; lapse = nextLapse()) {
      LOG.warn(
          "A change waited for a service that verifies with the token {} '{}' and did not acknowledge it in time: that is lent nothing for {} s",
          lapse.tokenId(),
          TokenText.mask(lapse.tokenName()),
          lapse.seconds());
    }
  }

  private @Nullable Lapse nextLapse() {
    lock.lock();
    try {
      return unsaid.poll();
    } finally {
      lock.unlock();
    }
  }

  /** How many holders have a lease of this node's. */
  long holders() {
    return count(holder -> holder.lent);
  }

  /** How many requests are held. */
  long held() {
    return count(holder -> holder.held != null);
  }

  /** How many holders have a lease and have not acknowledged what this node has applied. */
  long awaited() {
    return count(holder -> holder.lent && holder.acknowledged < number);
  }

  /** How often a change had to wait until what a holder was lent was over. */
  long lapses() {
    lock.lock();
    try {
      return lapses;
    } finally {
      lock.unlock();
    }
  }

  private long count(Predicate<Holder> which) {
    lock.lock();
    try {
      return holders.values().stream().filter(which).count();
    } finally {
      lock.unlock();
    }
  }
}
