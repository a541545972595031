package dev.servicetokens.benchmarks;

import java.io.IOException;
import java.net.URI;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ThreadLocalRandom;
import java.util.function.Consumer;

/**
 * Verifies on several nodes of one database, in alternating rounds: quiet ones, and ones in which
 * tokens are created and deleted all the time. Afterwards tokens are deleted and every one of them
 * is asked for on all nodes: {@code Nodes COUNT}.
 */
final class Nodes {

  private static final int CONNECTIONS = 15;
  private static final int CHANGE_CONNECTIONS = 6;
  private static final int WORKING_SET = 1000;
  private static final int ASKED_AT_ONCE = 30;

  private final Figures figures = new Figures();
  private final List<Server> nodes;
  private final List<URI> urls;
  private final int changesPerSecond = Environment.number("CHANGES_A_SECOND");
  private final int enough = Environment.number("REVOKED_TO_ASK");
  private final String names =
      "nodes-" + ThreadLocalRandom.current().nextInt(Integer.MAX_VALUE) + "-";

  private Nodes(List<Server> nodes) {
    this.nodes = nodes;
    this.urls = nodes.stream().map(Server::url).toList();
  }

  static void main(String[] arguments) throws IOException, InterruptedException {
    List<Server> nodes = new ArrayList<>();
    for (int i = 1; i <= Integer.parseInt(arguments[0]); i++) {
      nodes.add(Server.of("NODE" + i));
    }
    new Nodes(nodes).run();
  }

  /** A live token that this program has made. */
  private record Token(long id, String tokenString) {}

  private void run() throws IOException, InterruptedException {
    List<Token> workingSet = create("working-set-", WORKING_SET);
    List<byte[]> verifications = verifications(workingSet);
    warmUp(verifications);
    Queue<Token> doomed = new ConcurrentLinkedQueue<>(create("0-", 2 * changesARound()));
    for (int round = 1; round <= Environment.rounds(); round++) {
      System.out.println("round " + round + " …");
      verify("quiet", verifications);
      doomed.addAll(busyRound(round + "-", doomed, verifications));
    }
    print();
    revoke(List.copyOf(doomed));
  }

  /**
   * All that the rounds do, as fast as it goes: at their pace it would take many minutes until the
   * servers' code is compiled.
   */
  private void warmUp(List<byte[]> verifications) throws IOException {
    System.out.println("warming up …");
    long begin = System.nanoTime();
    for (int i = 1; System.nanoTime() - begin < Environment.warmUp().toNanos(); i++) {
      delete(create("warm-up-" + i + "-", WORKING_SET), gone -> {});
      Load.closed(
          urls,
          CONNECTIONS,
          Duration.ofSeconds(1),
          (connection, j) -> isLive(connection, verifications.get(j % verifications.size())));
    }
  }

  private int changesARound() {
    return changesPerSecond * (int) Environment.burst().toSeconds();
  }

  private void verify(String name, List<byte[]> verifications) throws IOException {
    List<Server.Spent> before = new ArrayList<>();
    for (Server node : nodes) {
      before.add(node.spent());
    }
    Latencies verified =
        Load.paced(
            urls,
            CONNECTIONS,
            Environment.number("VERIFICATIONS_A_SECOND"),
            Environment.burst(),
            (connection, i) ->
                isLive(
                    connection,
                    verifications.get(ThreadLocalRandom.current().nextInt(verifications.size()))));
    // The first node's tree has the database, too.
    for (int i = 0; i < nodes.size(); i++) {
      before
          .get(i)
          .addTo(
              figures,
              name + ", node " + (i + 1),
              nodes.get(i).spent(),
              verified.count() / nodes.size());
    }
    figures.add(name + " verify", verified);
  }

  /** Deletes some tokens, creates as many, and verifies meanwhile. */
  private List<Token> busyRound(String beginning, Queue<Token> doomed, List<byte[]> verifications)
      throws IOException, InterruptedException {
    Map<String, String> created = new ConcurrentHashMap<>();
    Thread creating =
        Thread.ofPlatform()
            .start(
                () ->
                    figures.add(
                        "create",
                        Load.paced(
                            urls,
                            CHANGE_CONNECTIONS,
                            changesPerSecond,
                            Environment.burst(),
                            (connection, i) -> create(connection, beginning + i, created))));
    Thread deleting = Thread.ofPlatform().start(() -> figures.add("delete", delete(doomed)));
    verify("busy", verifications);
    creating.join();
    deleting.join();
    return known(beginning, created);
  }

  private Latencies delete(Queue<Token> doomed) {
    return Load.paced(
        urls,
        CHANGE_CONNECTIONS,
        changesPerSecond,
        Environment.burst(),
        (connection, i) -> {
          Token token = doomed.poll();
          return token != null && nodes.getFirst().delete(connection, token.id());
        });
  }

  private List<Token> create(String beginning, int count) throws IOException {
    Map<String, String> created = new ConcurrentHashMap<>();
    Load.counted(
        urls,
        CHANGE_CONNECTIONS,
        count,
        (connection, i) -> create(connection, beginning + i, created));
    return known(beginning, created);
  }

  private boolean create(HttpConnection connection, String name, Map<String, String> created)
      throws IOException {
    String tokenString = nodes.getFirst().create(connection, names + name);
    if (tokenString != null) {
      created.put(names + name, tokenString);
    }
    return tokenString != null;
  }

  /** Tokens with their ids, each of which every node has answered for. */
  private List<Token> known(String beginning, Map<String, String> created) throws IOException {
    List<Token> tokens = new ArrayList<>();
    Map<String, Long> ids = nodes.getFirst().ids(names + beginning);
    created.forEach(
        (name, tokenString) -> {
          Long id = ids.get(name);
          if (id != null) {
            tokens.add(new Token(id, tokenString));
          }
        });
    List<byte[]> verifications = verifications(tokens);
    for (URI url : urls) {
      Latencies asked =
          Load.counted(
              List.of(url),
              CONNECTIONS,
              verifications.size(),
              (connection, i) -> isLive(connection, verifications.get(i)));
      asked.printFailures("verifications of new tokens");
    }
    return tokens;
  }

  private static List<byte[]> verifications(List<Token> tokens) {
    return tokens.stream().map(token -> Server.verification(token.tokenString())).toList();
  }

  /** Deletes tokens until enough questions for them have been answered. */
  private void revoke(List<Token> first) throws IOException {
    List<Token> doomed = first;
    int round = 0;
    RevokedTokens revoked = new RevokedTokens(urls, ASKED_AT_ONCE);
    try (revoked) {
      while (revoked.refused() + revoked.accepted() < enough && round < 1000) {
        delete(doomed, gone -> revoked.add(gone.tokenString()));
        doomed = create("revoked-" + round++ + "-", changesARound());
      }
    }
    System.out.printf(
        "asked for revoked tokens after 204: %d refused, %d accepted, %d otherwise%n",
        revoked.refused(), revoked.accepted(), revoked.unanswered());
  }

  /** Deletes them as fast as it goes, and says which are gone. */
  private void delete(List<Token> doomed, Consumer<Token> gone) {
    Latencies deleted =
        Load.counted(
            urls,
            CHANGE_CONNECTIONS,
            doomed.size(),
            (connection, i) -> {
              boolean deletes = nodes.getFirst().delete(connection, doomed.get(i).id());
              if (deletes) {
                gone.accept(doomed.get(i));
              }
              return deletes;
            });
    deleted.printFailures("deletes");
  }

  private static boolean isLive(HttpConnection connection, byte[] verification) throws IOException {
    return connection.exchange(verification).status() == 200;
  }

  private void print() {
    figures.printLatencies("quiet verify", "busy verify");
    figures.print("create, p99 ms", "");
    figures.print("delete, p50 ms", "");
    figures.print("delete, p99 ms", "");
    for (int i = 1; i <= nodes.size(); i++) {
      figures.print("quiet, node " + i + ", CPU µs", "for each verification");
      figures.print("quiet, node " + i + ", bytes", "allocated for each verification");
      figures.print("quiet, node " + i + ", wait µs", "of the event loop for a core, each time");
      figures.print("busy, node " + i + ", wait µs", "of the event loop for a core, each time");
    }
  }
}
