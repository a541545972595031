package dev.servicetokens.verification;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.servicetokens.fixtures.TestDatabase;
import dev.servicetokens.fixtures.TestServer;
import dev.servicetokens.token.TokenString;
import java.net.http.HttpRequest;
import java.security.SecureRandom;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** What others notice while one address sends wrong tokens as fast as it can: nothing. */
final class UnknownTokenFloodTest {

  private static final String ATTACKER = "192.0.2.1";
  private static final String CUSTOMER = "192.0.2.2";
  private static final int SENDERS = 8;
  private static final int FIRST_USES = 30;

  private final SecureRandom random = new SecureRandom();
  private final TestServer server =
      TestServer.start(
          TestDatabase.create(),
          Map.of(
              "service-tokens.throttle.unknown-per-second",
              10,
              "service-tokens.throttle.unknown-burst",
              100,
              "service-tokens.trusted-proxies",
              "127.0.0.1"));
  private final String admin = server.administrator();
  private final Set<Integer> answersToTheFlood = ConcurrentHashMap.newKeySet();

  @AfterEach
  void stop() {
    server.close();
  }

  @Test
  void leavesOthersTheirService() throws InterruptedException {
    String known = server.api().createdWithRole(admin, "known", "stackstate-guest");
    List<String> others =
        IntStream.range(0, FIRST_USES)
            .mapToObj(i -> server.api().createdWithRole(admin, "other-" + i, "stackstate-guest"))
            .toList();
    assertThat(status(CUSTOMER, known)).isEqualTo(200);
    AtomicBoolean over = new AtomicBoolean();
    List<Thread> senders =
        Stream.generate(() -> Thread.ofPlatform().start(() -> flood(over))).limit(SENDERS).toList();
    try {
      await().until(() -> answersToTheFlood.contains(429));

      for (String firstUsed : others) {
        assertThat(status(CUSTOMER, firstUsed)).isEqualTo(200);
        assertThat(status(CUSTOMER, known)).isEqualTo(200);
        assertThat(status(ATTACKER, known)).isEqualTo(200);
        assertThat(status(CUSTOMER, unknown())).isEqualTo(401);
      }
    } finally {
      over.set(true);
      for (Thread sender : senders) {
        sender.join();
      }
    }
    assertThat(answersToTheFlood).isSubsetOf(401, 429, 503).contains(401, 429);
  }

  private void flood(AtomicBoolean over) {
    while (!over.get()) {
      answersToTheFlood.add(status(ATTACKER, unknown()));
    }
  }

  private int status(String address, String token) {
    HttpRequest request =
        server
            .api()
            .request("GET", "/api/server/status")
            .header("X-Forwarded-For", address)
            .header("X-API-Key", token)
            .build();
    return server.api().exchange(request).statusCode();
  }

  private String unknown() {
    return TokenString.generate(random).reveal();
  }
}
