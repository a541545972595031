package dev.servicetokens.cluster;

import dev.servicetokens.cluster.PrincipalQuery.Found;
import dev.servicetokens.token.TokenDigest;
import java.time.Instant;
import java.util.List;
import java.util.random.RandomGenerator;

/** The pool's connections in a simulation: who waits for a change, and who misses the cache. */
final class SimulatedChangeLog implements ChangeLog, PrincipalQuery {

  private final VirtualTime time;
  private final SimulatedDatabase database;
  private final SimulatedProcess process;
  private final Faults faults;
  private final Faults lostNotifications;
  private final RandomGenerator random;

  SimulatedChangeLog(
      VirtualTime time,
      SimulatedDatabase database,
      SimulatedProcess process,
      Faults faults,
      Faults lostNotifications,
      RandomGenerator random) {
    this.time = time;
    this.database = database;
    this.process = process;
    this.faults = faults;
    this.lostNotifications = lostNotifications;
    this.random = random;
  }

  @Override
  public void notifyNodes() {
    process.remote();
    database.connect();
    faults.maybe();
    for (SimulatedNodeLog listener : database.listeners()) {
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

  /** Of the old primary, too, an answer may come late. */
  @Override
  public Found find(TokenDigest digest) {
    process.remote();
    database.connect();
    faults.maybe();
    Answer answer = KnownPrincipal.of(database.state().tokens.get(digest));
    Found found = new Found(answer, database.state().latest, database.serverStart());
    if (database.isDying() && random.nextBoolean()) {
      time.pass(random.nextLong(500_000_000));
    }
    process.remote();
    faults.maybe();
    return found;
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
  public void close() {}
}
