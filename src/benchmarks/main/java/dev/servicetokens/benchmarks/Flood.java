package dev.servicetokens.benchmarks;

import dev.servicetokens.token.TokenString;
import java.io.IOException;
import java.net.URI;
import java.security.SecureRandom;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ThreadLocalRandom;
import org.jspecify.annotations.Nullable;

/**
 * Verifies for one address, in alternating rounds: quiet ones, and ones in which another address
 * sends wrong tokens, each of them new and well-formed. Both ask the server itself, or a proxy
 * before it.
 */
final class Flood {

  private static final String CUSTOMER = "192.0.2.1";
  private static final String ATTACKER = "192.0.2.2";
  private static final int CONNECTIONS = 8;
  private static final int WORKING_SET = 1000;
  private static final int FIRST_USES_A_SECOND = 20;

  private final SecureRandom random = new SecureRandom();
  private final Server server = Server.of("SERVER");
  private final URI asked = URI.create(Environment.require("ASKED_URL"));
  private final int verificationsPerSecond = Environment.number("VERIFICATIONS_A_SECOND");
  private final int wrongPerSecond = Environment.number("WRONG_A_SECOND");
  private final Map<Integer, Integer> toTheFlood = new ConcurrentHashMap<>();
  private final Map<Integer, Integer> toLiveTokens = new ConcurrentHashMap<>();
  private Figures figures = new Figures();

  static void main() throws IOException, InterruptedException {
    new Flood().run();
  }

  private void run() throws IOException, InterruptedException {
    List<byte[]> workingSet = create(WORKING_SET);
    System.out.println("warming up …");
    long begin = System.nanoTime();
    while (System.nanoTime() - begin < Environment.warmUp().toNanos()) {
      round(workingSet);
    }
    figures = new Figures();
    toTheFlood.clear();
    toLiveTokens.clear();
    for (int round = 1; round <= Environment.rounds(); round++) {
      System.out.println("round " + round + " …");
      round(workingSet);
    }
    print();
  }

  private void round(List<byte[]> workingSet) throws IOException, InterruptedException {
    verify("quiet", workingSet);
    Thread attacker = Thread.ofPlatform().start(this::flood);
    verify("flooded", workingSet);
    attacker.join();
  }

  /** Verifies tokens that are in memory, and some that are used for the first time. */
  private void verify(String name, List<byte[]> workingSet)
      throws IOException, InterruptedException {
    ConcurrentLinkedQueue<byte[]> unused =
        new ConcurrentLinkedQueue<>(
            create(FIRST_USES_A_SECOND * (1 + (int) Environment.burst().toSeconds())));
    Server.Spent before = server.spent();
    Thread firstUses =
        Thread.ofPlatform()
            .start(
                () ->
                    figures.add(
                        name + " first use",
                        Load.paced(
                            List.of(asked),
                            CONNECTIONS,
                            FIRST_USES_A_SECOND,
                            Environment.burst(),
                            (connection, i) -> isLive(connection, unused.poll()))));
    Latencies verified =
        Load.paced(
            List.of(asked),
            CONNECTIONS,
            verificationsPerSecond,
            Environment.burst(),
            (connection, i) ->
                isLive(
                    connection,
                    workingSet.get(ThreadLocalRandom.current().nextInt(workingSet.size()))));
    figures.add(name + " verify", verified);
    before.addTo(figures, name, server.spent(), verified.count());
    firstUses.join();
  }

  private void flood() {
    Load.paced(
        List.of(asked),
        CONNECTIONS,
        wrongPerSecond,
        Environment.burst(),
        (connection, i) -> {
          byte[] wrong = question(TokenString.generate(random).reveal(), ATTACKER);
          int status = connection.exchange(wrong).status();
          toTheFlood.merge(status, 1, Integer::sum);
          return true;
        });
  }

  private List<byte[]> create(int count) {
    List<byte[]> verifications = new ArrayList<>();
    Load.counted(
        server.urls(),
        CONNECTIONS,
        count,
        (connection, i) -> {
          String tokenString = server.create(connection, "flood-" + i);
          if (tokenString == null) {
            return false;
          }
          synchronized (verifications) {
            verifications.add(question(tokenString, CUSTOMER));
          }
          return true;
        });
    return verifications;
  }

  private byte[] question(String tokenString, String address) {
    return HttpConnection.request(
        "GET", asked.getPath(), tokenString, "X-Forwarded-For: " + address + "\r\n");
  }

  private boolean isLive(HttpConnection connection, byte @Nullable [] verification)
      throws IOException {
    if (verification == null) {
      return false;
    }
    int status = connection.exchange(verification).status();
    toLiveTokens.merge(status, 1, Integer::sum);
    return status == 200;
  }

  private void print() {
    for (String what : List.of(" verify", " first use")) {
      figures.printLatencies("quiet" + what, "flooded" + what);
    }
    figures.print("quiet, wait µs", "of the event loop for a core, each time");
    figures.print("flooded, wait µs", "of the event loop for a core, each time");
    System.out.println("answers to live tokens, by status: " + toLiveTokens);
    System.out.println("answers to the flood, by status: " + toTheFlood);
  }
}
