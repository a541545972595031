package dev.servicetokens.cluster;

import dev.servicetokens.access.Commits.Changed;
import dev.servicetokens.access.Principal;
import dev.servicetokens.cluster.ChangeLog.LoggedChange;
import dev.servicetokens.cluster.CoherentCommits.NamedChanges;
import dev.servicetokens.cluster.CoherentCommits.Numbered;
import dev.servicetokens.cluster.SimulatedDatabase.State;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.function.LongFunction;
import java.util.function.Supplier;
import java.util.random.RandomGenerator;

/** Transactions in a simulation. */
final class SimulatedTransactions implements CoherentCommits.Transactions {

  private final SimulatedDatabase database;
  private final SimulatedProcess process;
  private final Faults faults;
  private final RandomGenerator random;
  private final Mutant mutant;
  private final boolean synchronous;
  private boolean committing;
  private final List<Consumer<State>> writes = new ArrayList<>();
  private final List<LongFunction<Consumer<State>>> numberedWrites = new ArrayList<>();

  SimulatedTransactions(
      SimulatedDatabase database,
      SimulatedProcess process,
      Faults faults,
      RandomGenerator random,
      Mutant mutant,
      boolean synchronous) {
    this.database = database;
    this.process = process;
    this.faults = faults;
    this.random = random;
    this.mutant = mutant;
    this.synchronous = synchronous;
  }

  /** The row of the token is locked, or found to be gone. Part of the work of a transaction. */
  boolean delete(long tokenId) {
    if (!lock(tokenId)) {
      return false;
    }
    writes.add(state -> state.tokens.values().removeIf(token -> token.tokenId() == tokenId));
    return true;
  }

  /** The row of the token is locked, or found to be gone. Part of the work of a transaction. */
  boolean lock(long tokenId) {
    int server = database.connect();
    while (!database.lockToken(tokenId, this)) {
      process.remote();
      database.require(server);
    }
    return database.state().hasToken(tokenId);
  }

  /** The token of who makes a change, its row locked with others. Part of the work. */
  Optional<Principal> actor(long tokenId) {
    int server = database.connect();
    while (mutant != Mutant.ACTOR_NOT_LOCKED && !database.shareToken(tokenId, this)) {
      process.remote();
      database.require(server);
    }
    Optional<Principal> found =
        database.state().tokens.values().stream()
            .filter(token -> token.tokenId() == tokenId)
            .findFirst();
    process.remote();
    database.require(server);
    return found;
  }

  /** Part of the work of a transaction. */
  void write(Consumer<State> write) {
    writes.add(write);
  }

  /** The same for what is written when the change has its number. */
  void writeNumbered(LongFunction<Consumer<State>> write) {
    numberedWrites.add(write);
  }

  /** Numbered too, because the number that is not changed makes what was done durable as well. */
  @Override
  public <T> T durably(Supplier<? extends T> work) {
    return this.<T>numbered(changed -> work.get()).result();
  }

  @Override
  public <T> Numbered<T> numbered(Function<? super Changed, ? extends T> work) {
    process.remote();
    int server = database.connect();
    faults.maybe();
    try {
      NamedChanges named = new NamedChanges();
      T result = work.apply(named);
      process.remote();
      long number = record(named.toRecord(), server);
      database.require(server);
      numberedWrites.forEach(write -> writes.add(write.apply(number)));
      if (!writes.isEmpty()) {
        commitWrites(server);
      }
      database.unlock(this);
      process.remote();
      database.require(server);
      faults.maybe();
      return new Numbered<>(result, number);
    } finally {
      if (!committing) {
        database.unlock(this);
      }
    }
  }

  private long record(List<Change> changes, int server) {
    if (changes.isEmpty() && mutant == Mutant.NOT_FOUND_NOT_DURABLE) {
      database.require(server);
      return database.state().latest;
    }
    while (mutant != Mutant.NUMBER_WITHOUT_LOCK && !database.lockNumbering(this)) {
      process.remote();
      database.require(server);
    }
    long number =
        mutant == Mutant.NUMBER_WITHOUT_LOCK ? database.nextOfSequence() : database.state().latest;
    writes.add(state -> {});
    for (Change change : changes) {
      number++;
      UUID id = new UUID(random.nextLong(), random.nextLong());
      LoggedChange logged = new LoggedChange(number, id, change, Instant.EPOCH);
      writes.add(
          state -> {
            state.log.add(logged);
            state.latest = Math.max(state.latest, logged.number());
          });
    }
    process.remote();
    return number;
  }

  /**
   * The standby has it before anybody sees it, unless nobody cares or somebody cancels the wait.
   */
  private void commitWrites(int server) {
    Consumer<State> all = state -> writes.forEach(write -> write.accept(state));
    database.commits();
    boolean cancelled = synchronous && faults.happens();
    if (synchronous && !cancelled) {
      committing = true;
      Time.Latch done = process.latch();
      database.commitWithStandby(
          all,
          random.nextLong(50_000, 3_000_000),
          () -> {
            database.unlock(this);
            done.open();
          });
      while (!done.await(1_000_000)) {
        database.require(server);
      }
    } else {
      database.write(all);
    }
    process.trace("committed, cancelled %s, log now %s", cancelled, database.state().log);
    if (cancelled) {
      database.unlock(this);
      throw new LogUnavailableException("canceling wait for synchronous replication");
    }
  }
}
