package dev.servicetokens.product;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.servicetokens.client.ServiceTokensClient;
import dev.servicetokens.fixtures.PackagedServer;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Kills the packaged server, its PostgreSQL or both, as {@code kill -9} does, while clients create
 * and delete: what was acknowledged stays, and the next start needs nobody's help.
 */
class DurabilityIT {

  private static final int ROUNDS = 10;
  private static final int CLIENTS = 4;
  private static final int ACKNOWLEDGED_BEFORE_KILL = 24;
  private static final List<Consumer<PackagedServer>> KILLS =
      List.of(
          DurabilityIT::killServer, DurabilityIT::killPostgres, DurabilityIT::killPostgresFirst);

  private final Ledger ledger = new Ledger();
  @TempDir Path folder;

  @Test
  void losesAndUndoesNothingThatWasAcknowledged() throws Exception {
    for (int round = 0; round < ROUNDS; round++) {
      try (PackagedServer server = PackagedServer.start(folder)) {
        assertKept(server);
        killUnderLoad(server, KILLS.get(round % KILLS.size()));
      }
    }
    try (PackagedServer server = PackagedServer.start(folder)) {
      assertKept(server);
      assertThat(ledger.live()).hasSizeGreaterThan(ROUNDS * CLIENTS);
      assertThat(ledger.deleted()).hasSizeGreaterThan(ROUNDS * CLIENTS);
    }
  }

  private void killUnderLoad(PackagedServer server, Consumer<PackagedServer> kill)
      throws Exception {
    ServiceTokensClient client =
        ServiceTokensClient.builder(server.url().toString())
            .serviceToken(administratorToken())
            .requestTimeout(Duration.ofSeconds(10))
            .build();
    int before = acknowledged();
    try (ExecutorService clients = Executors.newFixedThreadPool(CLIENTS)) {
      List<Future<Integer>> load = new ArrayList<>();
      for (int i = 0; i < CLIENTS; i++) {
        load.add(clients.submit(new Load(client, ledger)));
      }
      await()
          .atMost(Duration.ofSeconds(60))
          .pollInterval(Duration.ofMillis(5))
          .until(() -> acknowledged() - before >= ACKNOWLEDGED_BEFORE_KILL);
      kill.accept(server);
      for (Future<Integer> one : load) {
        one.get();
      }
    }
  }

  private int acknowledged() {
    return ledger.live().size() + 2 * ledger.deleted().size();
  }

  private void assertKept(PackagedServer server) throws IOException, InterruptedException {
    try (Caller caller = new Caller(server.url())) {
      for (String token : ledger.live()) {
        assertThat(caller.status(token)).as("lost").isEqualTo(200);
      }
      for (String token : ledger.deleted()) {
        assertThat(caller.status(token)).as("undone").isEqualTo(401);
      }
    }
  }

  /** Its PostgreSQL goes on, and the next start must end it. */
  private static void killServer(PackagedServer server) {
    server.kill();
  }

  /** The server is told to end later, without a database. */
  private static void killPostgres(PackagedServer server) {
    postgres(server).forEach(ProcessHandle::destroyForcibly);
    server.stop();
  }

  /** As when the machine loses its power. */
  private static void killPostgresFirst(PackagedServer server) {
    postgres(server).forEach(ProcessHandle::destroyForcibly);
    server.kill();
  }

  private static List<ProcessHandle> postgres(PackagedServer server) {
    return ProcessHandle.of(server.postgresProcessId()).stream()
        .flatMap(first -> Stream.concat(Stream.of(first), first.descendants()))
        .toList();
  }

  private String administratorToken() throws IOException {
    return Files.readString(folder.resolve("admin-token")).strip();
  }
}
