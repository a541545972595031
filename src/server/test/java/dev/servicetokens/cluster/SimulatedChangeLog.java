package dev.servicetokens.cluster;

import dev.servicetokens.cluster.SimulatedDatabase.State;
import dev.servicetokens.token.TokenDigest;
import java.time.Instant;
import java.util.Comparator;
import java.util.List;
import java.util.Set;
import java.util.UUID;
import java.util.function.Consumer;
import java.util.function.Supplier;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/**
 * The change log in a simulation. The connection of a node that listens stays as it is until it
 * breaks; who only polls gets another one each time.
 */
class SimulatedChangeLog implements ChangeLog {

  final SimulatedDatabase database;
  final SimulatedProcess process;
  private final VirtualTime time;
  private final Faults faults;
  private final Faults lostNotifications;
  private final RandomGenerator random;
  private final int mostRead;
  private int server;
  private boolean woken;
  private Time.@Nullable Latch waiting;

  SimulatedChangeLog(
      VirtualTime time,
      SimulatedDatabase database,
      SimulatedProcess process,
      RandomGenerator random,
      SimulationSettings settings) {
    this.time = time;
    this.database = database;
    this.process = process;
    this.faults = new Faults(random, settings.lostPerMille());
    this.lostNotifications = new Faults(random, settings.lostNotificationsPerMille());
    this.random = random;
    this.mostRead = settings.mostRead();
  }

  @Override
  public void listen() {
    process.remote();
    server = database.connect();
    database.listen(this);
  }

  /** Breaks the connection. */
  void cut() {
    server = 0;
    database.forget(this);
  }

  private void trace(String what, Object... values) {
    process.trace(what, values);
  }

  /** To the database, there, and back; each of the three may fail. */
  <T> T call(Supplier<T> effect) {
    process.remote();
    database.require(server);
    faults.maybe();
    T result = effect.get();
    process.remote();
    database.require(server);
    faults.maybe();
    return result;
  }

  @Override
  public void register(UUID nodeId, int leaseMillis, UUID renewal) {
    call(
        () -> {
          insert(state -> state.nodes.put(nodeId, new NodeRow(nodeId, leaseMillis, renewal, 0)));
          database.renewedAt().put(nodeId, database.clockNanos());
          return nodeId;
        });
  }

  /** Durable before it is acknowledged. */
  void insert(Consumer<State> row) {
    database.write(row);
    database.replicate();
  }

  @Override
  public boolean renew(Renewal renewal) {
    return call(
        () -> {
          NodeRow row = database.state().nodes.get(renewal.nodeId());
          boolean touched = row != null && mayRenew(row, renewal);
          if (touched) {
            NodeRow renewed =
                new NodeRow(
                    row.nodeId(), row.leaseMillis(), renewal.renewal(), renewal.acknowledged());
            database.write(
                state -> state.nodes.computeIfPresent(row.nodeId(), (id, old) -> renewed));
            database.renewedAt().put(row.nodeId(), database.clockNanos());
          }
          trace(
              "renewal %s applied %s acknowledged %s: %s",
              renewal.nodeId(), renewal.applied().number(), renewal.acknowledged(), touched);
          return touched;
        });
  }

  boolean mayRenew(NodeRow row, Renewal renewal) {
    return isOwn(row, renewal) && hasRead(renewal);
  }

  boolean isOwn(NodeRow row, Renewal renewal) {
    return row.renewal().equals(renewal.last()) || row.renewal().equals(renewal.tried());
  }

  boolean hasRead(Renewal renewal) {
    return renewal.applied().number() == 0 || isLogged(renewal.applied());
  }

  @Override
  public Read readAfter(long number, int most) {
    return call(
        () -> {
          List<LoggedChange> all =
              database.state().log.stream()
                  .filter(change -> change.number() > number)
                  .sorted(Comparator.comparingLong(LoggedChange::number))
                  .toList();
          return new Read(database.serverStart(), limited(all, Math.min(most, mostRead)));
        });
  }

  /** The newest. */
  List<LoggedChange> limited(List<LoggedChange> changes, int most) {
    return changes.subList(Math.max(0, changes.size() - most), changes.size());
  }

  @Override
  public Set<TokenDigest> configuredDigests() {
    return call(() -> Set.copyOf(database.state().configured));
  }

  @Override
  public @Nullable LoggedChange latest() {
    return call(
        () -> {
          List<LoggedChange> log = database.state().log;
          return log.isEmpty() ? null : log.getLast();
        });
  }

  @Override
  public boolean contains(Position position) {
    return call(() -> isLogged(position));
  }

  boolean isLogged(Position position) {
    return database.state().log.stream().anyMatch(c -> c.position().equals(position));
  }

  @Override
  public void unregister(UUID nodeId) {
    call(
        () -> {
          database.write(state -> state.nodes.remove(nodeId));
          return nodeId;
        });
  }

  @Override
  public boolean await(long nanos) {
    if (!woken) {
      Time.Latch latch = process.latch();
      waiting = latch;
      latch.await(nanos);
      waiting = null;
    }
    boolean was = woken;
    woken = false;
    return was;
  }

  @Override
  public void wake() {
    woken = true;
    if (waiting != null) {
      waiting.open();
    }
  }

  @Override
  public void notifyNodes() {
    process.remote();
    database.connect();
    faults.maybe();
    for (SimulatedChangeLog listener : database.listeners()) {
      if (!lostNotifications.happens()) {
        time.later(random.nextLong(1_000_000), listener::wake);
      }
    }
  }

  @Override
  public Poll poll() {
    process.remote();
    int server = database.connect();
    faults.maybe();
    List<NodeRow> nodes = List.copyOf(database.state().nodes.values());
    Poll poll = new Poll(nodes.isEmpty() ? null : database.serverStart(), nodes);
    process.remote();
    database.require(server);
    return poll;
  }

  @Override
  public int prune(Instant before, int keep, int most) {
    throw new UnsupportedOperationException("The simulation prunes by itself.");
  }

  @Override
  public void forget(NodeRow seen) {
    throw new UnsupportedOperationException("The simulation forgets by itself.");
  }

  @Override
  public void close() {
    cut();
  }
}
