package dev.servicetokens.audit;

import dev.servicetokens.audit.AuditEvent.Occurrence;
import dev.servicetokens.audit.BoundedCounts.Count;
import dev.servicetokens.audit.RefusalWriter.Batch;
import jakarta.inject.Singleton;
import java.time.Clock;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/**
 * Counts in memory which callers lacked a permission for an operation of administration, because
 * the refusal undoes the transaction of the request; {@link RefusalWriter} writes the counts. Equal
 * denials of one second are one event.
 *
 * <p>Each caller has an allowance of its own, so that nobody hides another's denials behind a flood
 * of theirs: some events at once and one a minute from then on. What is beyond it waits and is
 * counted; of kinds that are too many, the count is kept, and whose they were. Only when more
 * tokens are denied at a time than can be remembered, the others are counted without their names.
 *
 * <p>Thread-safe. A request waits while it counts here; so counting never fails, and waits only for
 * another thread that counts the same caller's denials.
 */
@Singleton
public final class DeniedOperations implements RefusalWriter.Source {

  /** Stands for the callers and operations that are too many to be kept apart. */
  public static final String OTHER_OPERATIONS = "other operations";

  /** Events that one caller may cause at once. */
  static final int EVENTS_AT_ONCE = 16;

  /** Times of writing, one a second, that pay for one more event of a caller. */
  static final int WRITES_PER_EVENT = 60;

  /** Callers that are remembered; each is a token, whose creation is in the audit log as well. */
  static final int MAX_CALLERS = 10_000;

  /** Kinds of denials that wait, of all callers; a resource's name may be long. */
  private static final int MAX_WAITING = 4000;

  /** Kinds that wait of one caller however many others do. */
  private static final int ALWAYS_KEPT_APART = 2;

  private final Origin.Current origins;
  private final Clock clock;
  private final ConcurrentHashMap<Actor, Caller> callers = new ConcurrentHashMap<>();
  private final AtomicInteger waiting = new AtomicInteger();
  private final BoundedCounts<Kind> ofTooManyCallers = new BoundedCounts<>(0);

  private record Kind(
      @Nullable Actor actor,
      String operation,
      @Nullable String permission,
      @Nullable String resource) {

    static Kind others(@Nullable Actor actor) {
      return new Kind(actor, OTHER_OPERATIONS, null, null);
    }

    AuditEntry entry() {
      return AuditEntry.authorizationDenied(actor, operation, permission, resource);
    }
  }

  DeniedOperations(Origin.Current origins, Clock clock) {
    this.origins = origins;
    this.clock = clock;
  }

  /**
   * Counts one.
   *
   * @param actor who was refused
   * @param operation what it tried, by the name that the contract gives it
   * @param permission the first permission that it lacks
   * @param resource the resource of that permission
   */
  public void add(Actor actor, String operation, String permission, String resource) {
    Instant now = clock.instant();
    Kind kind = new Kind(actor, operation, permission, resource);
    boolean counted =
        callers.compute(
                actor,
                (of, known) -> {
                  if (known == null && callers.mappingCount() >= MAX_CALLERS) {
                    return null;
                  }
                  Caller caller = known == null ? new Caller() : known;
                  count(caller, kind, now);
                  return caller;
                })
            != null;
    if (!counted) {
      ofTooManyCallers.add(Kind.others(null), Kind.others(null), now, origins::get, Origin.NONE);
    }
  }

  private void count(Caller caller, Kind kind, Instant now) {
    Count known = caller.waiting.get(kind);
    boolean mayWait =
        caller.waiting.size() < ALWAYS_KEPT_APART
            || (caller.waiting.size() < EVENTS_AT_ONCE && waiting.get() < MAX_WAITING);
    if (known == null && !mayWait) {
      kind = Kind.others(kind.actor());
      known = caller.waiting.get(kind);
    }
    if (known == null) {
      waiting.incrementAndGet();
    }
    Origin origin = known == null ? origins.get() : known.origin();
    caller.waiting.merge(kind, new Count(now, 1, origin), Count::plus);
  }

  @Override
  public Batch take() {
    return take(false);
  }

  @Override
  public Batch takeAll() {
    return take(true);
  }

  private Batch take(boolean all) {
    Map<Kind, Count> taken = new LinkedHashMap<>();
    for (Actor actor : callers.keySet()) {
      callers.computeIfPresent(
          actor,
          (of, caller) -> {
            caller.take(all, taken);
            return caller;
          });
    }
    waiting.addAndGet(-taken.size());
    BoundedCounts.Drained<Kind> anonymous = ofTooManyCallers.drain();
    List<Occurrence> occurrences = new ArrayList<>(anonymous.occurrences(Kind::entry));
    taken.forEach((kind, count) -> occurrences.add(count.of(kind.entry())));
    return new Batch(
        occurrences,
        this::refill,
        () -> {
          taken.forEach(this::giveBack);
          ofTooManyCallers.giveBack(anonymous);
        });
  }

  /** Who has caused nothing for long is forgotten. */
  private void refill() {
    for (Actor actor : callers.keySet()) {
      callers.computeIfPresent(actor, (of, caller) -> caller.refill() ? null : caller);
    }
  }

  /** Puts back what could not be written; it is within the bounds, because it was there before. */
  private void giveBack(Kind kind, Count count) {
    if (kind.actor() != null) {
      callers.computeIfPresent(
          kind.actor(),
          (of, caller) -> {
            if (caller.giveBack(kind, count)) {
              waiting.incrementAndGet();
            }
            return caller;
          });
    }
  }

  /** What waits of one caller; used only within the computations of the map that holds it. */
  private static final class Caller {

    private static final int FULL = EVENTS_AT_ONCE * WRITES_PER_EVENT;

    private final Map<Kind, Count> waiting = new LinkedHashMap<>();
    private int allowance = FULL;

    void take(boolean all, Map<Kind, Count> taken) {
      Iterator<Map.Entry<Kind, Count>> oldest = waiting.entrySet().iterator();
      while (oldest.hasNext() && (all || allowance >= WRITES_PER_EVENT)) {
        Map.Entry<Kind, Count> next = oldest.next();
        taken.put(next.getKey(), next.getValue());
        allowance -= WRITES_PER_EVENT;
        oldest.remove();
      }
    }

    /** Whether nothing is left to remember. */
    boolean refill() {
      allowance = Math.min(FULL, allowance + 1);
      return allowance == FULL && waiting.isEmpty();
    }

    /** Whether that makes one more kind wait. */
    boolean giveBack(Kind kind, Count count) {
      allowance = Math.min(FULL, allowance + WRITES_PER_EVENT);
      boolean isOneMore = !waiting.containsKey(kind);
      waiting.merge(kind, count, Count::plus);
      return isOneMore;
    }
  }
}
