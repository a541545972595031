package dev.servicetokens.client;

import dev.servicetokens.client.HolderMemory.Place;
import dev.servicetokens.cluster.LentLeases.Answer;
import java.util.List;
import java.util.UUID;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * The memory of the SDK's verifier, opened to the simulation of the server's protocol: it is the
 * real one, with the words of the server. What its mutants leave out is left out here. Thread-safe.
 */
public final class OpenHolderMemory {

  private static final int UNLIMITED = 10_000_000;

  private final HolderMemory memory;

  /** The clocks of a process. */
  public interface Clocks {

    /**
     * The monotonic one.
     *
     * @param still whether no time may pass, because others could not go on meanwhile
     */
    long nanoTime(boolean still);

    /** The other one, likewise. */
    long wallMillis(boolean still);
  }

  /**
   * A question, and all that a node is told by it.
   *
   * @param asked the memory's own
   */
  public record Request(
      Object asked,
      String holder,
      long sequence,
      long applied,
      @Nullable UUID changeId,
      @Nullable String serverStart,
      long sentNanos,
      long sentWallMillis) {}

  /** Makes an empty one that is lent nothing. */
  public OpenHolderMemory(Clocks clocks, Supplier<String> ids) {
    this.memory = new HolderMemory(new OpenTime(clocks), UNLIMITED, ids);
  }

  /** Lets time pass at each look at a clock, but not under the lock. */
  private final class OpenTime implements VerifierTime {
    private final Clocks clocks;

    OpenTime(Clocks clocks) {
      this.clocks = clocks;
    }

    @Override
    public long nanoTime() {
      return clocks.nanoTime(isLocked());
    }

    @Override
    public long wallMillis() {
      return clocks.wallMillis(isLocked());
    }

    private boolean isLocked() {
      return Thread.holdsLock(memory);
    }
  }

  /** Begins to ask for a lease. */
  public Request request() {
    HolderMemory.Request asked = memory.request();
    Place applied = asked.applied();
    return new Request(
        asked,
        asked.holder(),
        asked.sequence(),
        applied == null ? 0 : applied.changeNumber(),
        applied == null || applied.changeId() == null ? null : UUID.fromString(applied.changeId()),
        applied == null ? null : applied.serverStart(),
        asked.sentNanos(),
        asked.sentWallMillis());
  }

  /** Applies a node's answer, then has the lease, unless it is late. */
  public void apply(Request request, Answer.Lent answer) {
    memory.apply(asked(request), read(answer, answer.remainingMillis()));
  }

  /** The mistake of counting the lease from now on. */
  public void applyFromNow(Request request, Answer.Lent answer, long sinceAskedMillis) {
    memory.apply(asked(request), read(answer, answer.remainingMillis() + sinceAskedMillis));
  }

  /** The mistake of having the lease before what is new is applied, which follows. */
  public void applyLeaseFirst(Request request, Answer.Lent answer, Runnable pause) {
    Place mine = memory.applied();
    if (mine != null && mine.serverStart().equals(answer.serverStart()) && !answer.empty()) {
      memory.apply(
          asked(request),
          new HolderMemory.Answer(answer.remainingMillis(), mine, false, List.of()));
      pause.run();
      memory.apply(memory.request(), read(answer, 0));
    } else {
      apply(request, answer);
    }
  }

  private static HolderMemory.Request asked(Request request) {
    return (HolderMemory.Request) request.asked();
  }

  private static HolderMemory.Answer read(Answer.Lent answer, long remainingMillis) {
    UUID id = answer.changeId();
    return new HolderMemory.Answer(
        remainingMillis,
        new Place(answer.number(), id == null ? null : id.toString(), answer.serverStart()),
        answer.empty(),
        answer.changes().stream()
            .map(told -> new HolderMemory.Change(told.number(), told.id().toString(), told.key()))
            .toList());
  }

  /**
   * Keeps what a node has told of a token, unless it is too old.
   *
   * @param live null if it is not live
   * @param number the change that the node knew before it looked
   */
  public void fill(
      String token,
      Verification.@Nullable Live live,
      List<String> keys,
      long number,
      String start) {
    memory.fill(
        TokenDigest.of(token), new HolderMemory.Told(live, keys, new Place(number, null, start)));
  }

  /** The mistake of keeping it however old it is. */
  public void fillUnguarded(String token, Verification.@Nullable Live live, List<String> keys) {
    memory.fill(TokenDigest.of(token), new HolderMemory.Told(live, keys, memory.applied()));
  }

  /** Tells from memory; null if a node has to be asked. */
  public @Nullable Verification lookUp(String token) {
    return memory.lookUp(TokenDigest.of(token), null);
  }

  /** Whether there is a lease now. */
  public boolean isLeaseHeld() {
    return memory.isLeaseHeld();
  }

  /** Its own token is refused. */
  public void drop() {
    memory.drop();
  }

  /** It must not acknowledge for another. */
  public void startOver() {
    memory.startOver();
  }
}
