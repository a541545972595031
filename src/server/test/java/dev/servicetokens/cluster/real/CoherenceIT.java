package dev.servicetokens.cluster.real;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.fail;
import static org.awaitility.Awaitility.await;

import dev.servicetokens.fixtures.Json;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.ThreadLocalRandom;
import java.util.function.Predicate;
import org.junit.jupiter.api.Test;

/**
 * Three packaged servers on one PostgreSQL, and a service that verifies by their leases, while
 * everything goes wrong: what is deleted is refused by all of them when DELETE has answered, what
 * is live is refused by none.
 *
 * <p>Each fault strikes once; with {@code -Dcoherence.minutes=N} all of them again and again, in
 * another order each time and on any node, for at least so long.
 */
class CoherenceIT {

  private static final Duration LIMIT = Duration.ofSeconds(120);
  private static final int VERIFICATIONS = 60;
  private static final int DELETIONS = 6;
  private static final int REFUSED_WHILE_PARKED = 2;

  private final String administrator = "administrator-" + UUID.randomUUID();
  private final Tokens tokens = new Tokens();
  private final Oracle oracle = new Oracle();

  /** The most tokens that a process of the service had told from memory before a round. */
  private long fromMemory;

  @Test
  void refusesWhatIsDeletedAndNothingElse() throws SQLException {
    Duration length = Duration.ofMinutes(Long.getLong("coherence.minutes", 0));
    long begin = System.nanoTime();
    try (Cluster cluster = Cluster.start(administrator);
        Client client = new Client(administrator)) {
      cluster.startService(verifierToken(cluster, client));
      do {
        for (Fault fault : faults()) {
          run(fault, cluster, client);
        }
      } while (System.nanoTime() - begin < length.toNanos());
      assertThat(fromMemory).as("tokens that the service has told from memory").isPositive();
    }
  }

  private static String verifierToken(Cluster cluster, Client client) {
    return client
        .create(cluster.nodes().getFirst(), "verifier", "token-verifier")
        .map(reply -> Json.text(reply.body(), "/token"))
        .orElseThrow();
  }

  private static List<Fault> faults() {
    List<Fault> faults =
        new ArrayList<>(
            List.of(
                new Fault.KillServer(anyNode()),
                new Fault.StopServer(anyNode()),
                new Fault.CutLink(anyNode()),
                new Fault.SwallowLink(anyNode()),
                new Fault.KillService(),
                new Fault.StopService(),
                new Fault.CutService(),
                new Fault.SwallowService(),
                new Fault.TerminateBackends(),
                new Fault.KillDatabase(),
                new Fault.PromoteStandby()));
    Collections.shuffle(faults);
    return faults;
  }

  private static String anyNode() {
    return "n" + ThreadLocalRandom.current().nextInt(1, 4);
  }

  private void run(Fault fault, Cluster cluster, Client client) throws SQLException {
    cluster.addStandby();
    fromMemory = Math.max(fromMemory, client.toldFromMemory(cluster.service()));
    History history = new History();
    try (Load load = Load.start(cluster, client, tokens, history)) {
      awaitCalls(history, cluster, System.nanoTime());
      long beganAt = System.nanoTime();
      cluster.inject(fault);
      awaitLength(fault, beganAt);
      cluster.heal(fault);
      long healedAt = System.nanoTime();
      history.add(new FaultWindow(fault, beganAt, healedAt));
      awaitCalls(history, cluster, healedAt + FaultWindow.AFTERMATH.toNanos());
      load.stop();
    }
    Round round = round(history, cluster);
    List<Violation> violations = oracle.judge(round);
    System.out.println(Report.of(round));
    if (!violations.isEmpty()) {
      fail(Report.of(violations));
    }
  }

  private static void awaitLength(Fault fault, long beganAt) {
    Duration length = Cluster.length(fault);
    await()
        .atMost(LIMIT)
        .pollInterval(Duration.ofMillis(10))
        .until(() -> System.nanoTime() - beganAt >= length.toNanos());
  }

  /** Waits for enough requests that started after that time, on every node. */
  private static void awaitCalls(History history, Cluster cluster, long since) {
    Predicate<Call> later = call -> call.answer().startedAt() - since > 0;
    await()
        .atMost(LIMIT)
        .pollInterval(Duration.ofMillis(50))
        .until(
            () ->
                history.count(later.and(Call.Deletion.class::isInstance)) >= DELETIONS
                    && history.count(later.and(CoherenceIT::isRefusedWhileParked))
                        >= REFUSED_WHILE_PARKED
                    && cluster.places().stream()
                        .allMatch(
                            place ->
                                history.count(
                                        later
                                            .and(Call.Verification.class::isInstance)
                                            .and(call -> call.answer().node().equals(place.name())))
                                    >= VERIFICATIONS));
  }

  private static boolean isRefusedWhileParked(Call call) {
    return call instanceof Call.Parked && call.answer().status() == 401;
  }

  private static Round round(History history, Cluster cluster) throws SQLException {
    List<Call> calls = history.calls();
    List<Long> deleted = new ArrayList<>();
    for (Call call : calls) {
      if (call instanceof Call.Deletion deletion) {
        deleted.add(deletion.tokenId());
      }
    }
    return new Round(calls, history.faults(), CommitTimes.of(cluster.database(), deleted));
  }
}
