package dev.servicetokens.benchmarks;

import dev.servicetokens.client.OAuthOperations;
import dev.servicetokens.client.ServiceTokenVerifier;
import dev.servicetokens.client.ServiceTokensClient;
import dev.servicetokens.client.Verification;
import dev.servicetokens.client.invoker.ApiException;
import java.io.IOException;
import java.net.URI;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;

/**
 * Measures services that verify tokens in their own memory: a check that has to be asked for beside
 * introspection, deletes with and without such services, what they cost a node that has nothing to
 * tell them, and whether a deleted token is ever accepted: {@code Verifiers NODES}.
 */
final class Verifiers {

  private static final int COLD_CHECKS = 400;
  private static final int HOLDERS_OF_A_TOKEN = 200;
  private static final List<Integer> IDLE = List.of(0, 1, 100, 1000);

  private final Figures figures = new Figures();
  private final List<Server> nodes;
  private final List<URI> urls;
  private final HttpConnection connection;
  private final String names =
      "verifiers-" + ThreadLocalRandom.current().nextInt(Integer.MAX_VALUE) + "-";
  private final AtomicLong accepted = new AtomicLong();
  private final AtomicLong refused = new AtomicLong();
  private final AtomicLong unavailable = new AtomicLong();

  private Verifiers(List<Server> nodes) {
    this.nodes = nodes;
    this.urls = nodes.stream().map(Server::url).toList();
    this.connection = new HttpConnection(nodes.getFirst().url());
  }

  static void main(String[] arguments) throws IOException, InterruptedException, ApiException {
    List<Server> nodes = new ArrayList<>();
    for (int i = 1; i <= Integer.parseInt(arguments[0]); i++) {
      nodes.add(Server.of("NODE" + i));
    }
    new Verifiers(nodes).run();
  }

  private void run() throws IOException, InterruptedException, ApiException {
    String own = createWithRole(names + "own", "token-verifier");
    List<byte[]> verifications = List.of(Server.verification(own));
    System.out.println("warming up …");
    Load.closed(urls, 15, Environment.warmUp(), (c, i) -> isLive(c, verifications.getFirst()));
    checkCold("warm-up", own);
    deleteWithHolders("warm-up-with-", "warm-up with holders", own);
    for (int round = 1; round <= Environment.rounds(); round++) {
      System.out.println("round " + round + " …");
      checkCold("cold", own);
      delete(round + "-without-", "quiet without holders", List.of());
      deleteWithHolders(round + "-with-", "quiet with holders", own);
      busy(round, own, verifications);
    }
    for (int count : IDLE) {
      idle(count);
    }
    print();
  }

  private String createWithRole(String name, String role) throws IOException {
    String body = "{\"name\":\"%s\",\"roles\":[\"%s\"]}".formatted(name, role);
    HttpConnection.Answer answer =
        connection.exchange(
            HttpConnection.post(Server.TOKENS, nodes.getFirst().administrator(), body));
    if (answer.status() != 200) {
      throw new IllegalStateException("A token was refused with " + answer.status());
    }
    return Json.text(answer.body(), "token");
  }

  private List<String> create(String beginning, int count) throws IOException {
    List<String> tokens = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      tokens.add(createWithRole(names + beginning + i, "stackstate-guest"));
    }
    return tokens;
  }

  /** Each token is new to everybody, and every other one is asked for by introspection. */
  private void checkCold(String name, String own) throws IOException, ApiException {
    String node = urls.getFirst().toString();
    OAuthOperations oauth = ServiceTokensClient.connect(node, own).oauth();
    Latencies introspected = new Latencies();
    Latencies verified = new Latencies();
    List<String> tokens = create(name + System.nanoTime() + "-", COLD_CHECKS);
    try (ServiceTokenVerifier verifier = ServiceTokenVerifier.builder(node, own).build()) {
      awaitLease(verifier);
      for (int i = 0; i < tokens.size(); i++) {
        long begin = System.nanoTime();
        boolean live =
            i % 2 == 0
                ? verifier.verify(tokens.get(i)) instanceof Verification.Live
                : oauth.introspectToken(tokens.get(i)).getActive();
        (i % 2 == 0 ? verified : introspected).add(System.nanoTime() - begin);
        if (!live) {
          throw new IllegalStateException("A live token was not live");
        }
      }
    }
    figures.add(name + " introspection", introspected);
    figures.add(name + " check", verified);
  }

  private List<ServiceTokenVerifier> holders(String own) {
    List<ServiceTokenVerifier> holders = new ArrayList<>();
    for (int i = 0; i < Environment.number("HOLDERS"); i++) {
      String node = urls.get(i % urls.size()).toString();
      holders.add(ServiceTokenVerifier.builder(node, own).build());
    }
    holders.forEach(Verifiers::awaitLease);
    return holders;
  }

  private static void awaitLease(ServiceTokenVerifier verifier) {
    long begin = System.nanoTime();
    while (!verifier.lease().held()) {
      if (System.nanoTime() - begin > 30_000_000_000L) {
        throw new IllegalStateException(String.valueOf(verifier.lease()));
      }
      Thread.onSpinWait();
    }
  }

  private void deleteWithHolders(String beginning, String name, String own) throws IOException {
    List<ServiceTokenVerifier> holders = holders(own);
    try {
      delete(beginning, name, holders);
    } finally {
      holders.forEach(ServiceTokenVerifier::close);
    }
  }

  /** Deletes tokens that all holders have in memory, and asks each for them afterwards. */
  private void delete(String beginning, String name, List<ServiceTokenVerifier> holders)
      throws IOException {
    List<String> tokens = create(beginning, Environment.number("DELETES_A_ROUND"));
    Map<String, Long> ids = nodes.getFirst().ids(names + beginning);
    Latencies deleted = new Latencies();
    for (int i = 0; i < tokens.size(); i++) {
      String token = tokens.get(i);
      holders.forEach(holder -> holder.verify(token));
      Long id = ids.get(names + beginning + i);
      long begin = System.nanoTime();
      if (id == null || !nodes.getFirst().delete(connection, id)) {
        deleted.addFailure(0);
        continue;
      }
      deleted.add(System.nanoTime() - begin);
      holders.forEach(holder -> checkAfterDelete(holder, token));
    }
    figures.add(name + " delete", deleted);
  }

  private void checkAfterDelete(ServiceTokenVerifier holder, String token) {
    for (int i = 0; i < Environment.number("CHECKS_AFTER_DELETE"); i++) {
      Verification told = holder.verify(token);
      (told instanceof Verification.Live
              ? accepted
              : told instanceof Verification.NotLive ? refused : unavailable)
          .incrementAndGet();
    }
  }

  /** The same while every node verifies. */
  private void busy(int round, String own, List<byte[]> verifications)
      throws IOException, InterruptedException {
    List<ServiceTokenVerifier> holders = holders(own);
    AtomicBoolean ended = new AtomicBoolean();
    Thread load =
        Thread.ofPlatform()
            .start(
                () -> {
                  while (!ended.get()) {
                    Load.paced(
                        urls,
                        15,
                        Environment.number("VERIFICATIONS_A_SECOND"),
                        Duration.ofSeconds(1),
                        (c, i) -> isLive(c, verifications.getFirst()));
                  }
                });
    try {
      delete(round + "-busy-with-", "busy with holders", holders);
      holders.forEach(ServiceTokenVerifier::close);
      delete(round + "-busy-without-", "busy without holders", List.of());
    } finally {
      holders.forEach(ServiceTokenVerifier::close);
      ended.set(true);
      load.join();
    }
  }

  private static boolean isLive(HttpConnection connection, byte[] verification) throws IOException {
    return connection.exchange(verification).status() == 200;
  }

  /** What so many holders, who are told nothing, cost one node. */
  private void idle(int count) throws IOException, InterruptedException {
    List<String> tokens = new ArrayList<>();
    for (int i = 0; i < count; i += HOLDERS_OF_A_TOKEN) {
      tokens.add(createWithRole(names + "idle-" + count + "-" + i, "token-verifier"));
    }
    AtomicBoolean ended = new AtomicBoolean();
    AtomicLong requests = new AtomicLong();
    List<Thread> threads = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      IdleHolder holder = new IdleHolder(urls.getLast(), tokens.get(i / HOLDERS_OF_A_TOKEN), i);
      threads.add(Thread.ofVirtual().start(() -> holder.run(ended, requests)));
    }
    Thread.sleep(Environment.warmUp());
    Server node = nodes.getLast();
    double cpuBefore = node.processes().cpuSeconds();
    long requestsBefore = requests.get();
    long begin = System.nanoTime();
    Thread.sleep(Environment.burst());
    double seconds = (System.nanoTime() - begin) / 1e9;
    figures.add(
        count + " idle holders, % of a core",
        100 * (node.processes().cpuSeconds() - cpuBefore) / seconds);
    figures.add(count + " idle holders, requests/s", (requests.get() - requestsBefore) / seconds);
    ended.set(true);
    for (Thread thread : threads) {
      thread.join();
    }
  }

  private void print() {
    figures.printLatencies("cold introspection", "cold check");
    figures.printLatencies("quiet without holders delete", "quiet with holders delete");
    figures.printLatencies("busy without holders delete", "busy with holders delete");
    for (int count : IDLE) {
      figures.print(count + " idle holders, % of a core", "");
      figures.print(count + " idle holders, requests/s", "");
    }
    System.out.printf(
        "checks after 204: %d refused, %d accepted, %d unavailable%n",
        refused.get(), accepted.get(), unavailable.get());
  }
}
