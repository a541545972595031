package dev.servicetokens.verification;

import static org.assertj.core.api.Assertions.assertThat;

import dev.servicetokens.cluster.CoherentPrincipals;
import dev.servicetokens.cluster.MemoryPrincipals;
import dev.servicetokens.error.Refusals;
import dev.servicetokens.fixtures.TestDatabase;
import dev.servicetokens.fixtures.TestServer;
import dev.servicetokens.token.TokenString;
import java.net.InetAddress;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.security.SecureRandom;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.IntFunction;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** A flood of wrong tokens, and what it may do to others. */
final class UnknownTokensTest {

  private static final String STATUS = "/api/server/status";
  private static final int BURST = 5;

  private final SecureRandom random = new SecureRandom();
  private final TestServer server =
      TestServer.start(
          TestDatabase.create(),
          Map.of(
              "service-tokens.throttle.unknown-per-second",
              1,
              "service-tokens.throttle.unknown-burst",
              BURST,
              "service-tokens.trusted-proxies",
              "127.0.0.1"),
          MemoryPrincipals.beans());
  private final String admin = server.administrator();

  @AfterEach
  void stop() {
    server.close();
  }

  @Test
  void tellsAnAddressWithTooManyUnknownTokensToWait() {
    flood("192.0.2.1");

    HttpResponse<String> refused = send("192.0.2.1", unknown());

    assertThat(refused.statusCode()).isEqualTo(429);
    assertThat(refused.headers().firstValue("Retry-After")).hasValue("1");
    assertThat(refused.body()).contains("Too many unknown tokens");
  }

  @Test
  void leavesOtherAddressesAlone() {
    flood("192.0.2.1");

    assertThat(send("192.0.2.2", unknown()).statusCode()).isEqualTo(401);
  }

  /** Behind one address there may be an attacker and a customer. */
  @Test
  void stillTakesLiveTokensFromThere() {
    String other = server.api().createdWithRole(admin, "other", "stackstate-guest");
    String ours = server.api().createdWithRole(admin, "ours", "stackstate-guest");
    assertThat(send("192.0.2.1", ours).statusCode()).isEqualTo(200);
    flood("192.0.2.1");

    assertThat(send("192.0.2.1", ours).statusCode()).isEqualTo(200);
    assertThat(send("192.0.2.1", other).statusCode()).isEqualTo(200);
    assertThat(send("192.0.2.1", unknown()).statusCode()).isEqualTo(429);
  }

  /** What a service says of its caller counts, and its own address is never blamed. */
  @Test
  void countsWhatIsIntrospectedAgainstTheAddressThatIsTold() {
    String verifier = server.api().createdWithRole(admin, "v", "token-verifier");
    String live = server.api().createdWithRole(admin, "live", "stackstate-guest");
    for (int i = 0; i < 2 * BURST; i++) {
      assertThat(introspect(verifier, unknown(), "")).isEqualTo("{\"active\":false}");
    }
    assertThat(send("192.0.2.9", unknown()).statusCode()).isEqualTo(401);
    for (int i = 0; i < 2 * BURST; i++) {
      assertThat(introspect(verifier, unknown(), "&address=192.0.2.9"))
          .isEqualTo("{\"active\":false}");
    }

    assertThat(send("192.0.2.9", unknown()).statusCode()).isEqualTo(429);
    assertThat(introspect(verifier, live, "&address=192.0.2.9")).startsWith("{\"active\":true");
    assertThat(send("192.0.2.1", unknown()).statusCode()).isEqualTo(401);
  }

  private String introspect(String verifier, String token, String more) {
    HttpRequest.Builder request =
        server
            .api()
            .request("POST", "/api/oauth2/introspect")
            .header("Content-Type", "application/x-www-form-urlencoded")
            .header("X-API-Key", verifier)
            .method("POST", BodyPublishers.ofString("token=" + token + more));
    return server.api().send(request.build()).body();
  }

  @Test
  void countsNeitherMalformedNorRepeatedOnes() {
    String repeated = unknown();
    IntFunction<Integer> malformed = i -> send("192.0.2.1", "svctok-" + i).statusCode();

    assertThat(IntStream.range(0, 3 * BURST).mapToObj(malformed)).containsOnly(401);
    assertThat(
            IntStream.range(0, 3 * BURST).mapToObj(i -> send("192.0.2.1", repeated).statusCode()))
        .containsOnly(401);
    assertThat(send("192.0.2.1", unknown()).statusCode()).isEqualTo(401);
  }

  /** A flood waits for itself, not for others; whether its tokens are good is not known then. */
  @Test
  void asksForAddressesOverTheirLimitOneAtATime() throws Exception {
    UnknownTokens unknown = server.bean(UnknownTokens.class);
    InetAddress address = InetAddress.getLoopbackAddress();
    IntStream.range(0, BURST).forEach(i -> server.bean(AddressThrottle.class).count(address));
    CountDownLatch asked = new CountDownLatch(1);
    CountDownLatch answered = new CountDownLatch(1);
    Verification first =
        unknown.ask(
            address,
            () -> {
              asked.countDown();
              awaitUnchecked(answered);
              return new Verification.Unknown();
            });
    awaitUnchecked(asked);

    assertThat(unknown.ask(address, Verification.Unknown::new))
        .isInstanceOfSatisfying(
            Verification.Unavailable.class,
            refused -> assertThat(refused.cause()).isInstanceOf(LookupRefusedException.class));
    assertThat(Refusals.of(new LookupRefusedException()).status().getCode()).isEqualTo(503);
    answered.countDown();
    assertThat(outcome(first)).isEqualTo(new Verification.Throttled());
    assertThat(outcome(unknown.ask(address, Verification.Unknown::new)))
        .isEqualTo(new Verification.Throttled());
  }

  /**
   * Behind a proxy that is not trusted, and for a service whose library tells no address, all
   * look-ups are nobody's; they must leave room for others. But they wait for their turn, or a
   * service with some callers at once would refuse live ones after each start.
   */
  @Test
  void asksWithoutAnAddressWithHalfOfAllQueries() throws Exception {
    UnknownTokens unknown = server.bean(UnknownTokens.class);
    int half = CoherentPrincipals.QUERIES_AT_ONCE / 2;
    CountDownLatch asked = new CountDownLatch(half);
    CountDownLatch answered = new CountDownLatch(1);
    List<Verification> first =
        IntStream.range(0, half)
            .mapToObj(
                i ->
                    unknown.ask(
                        null,
                        () -> {
                          asked.countDown();
                          awaitUnchecked(answered);
                          return new Verification.Unknown();
                        }))
            .toList();
    awaitUnchecked(asked);

    Verification neverItsTurn = unknown.ask(null, Verification.Unknown::new);
    assertThat(outcome(unknown.ask(InetAddress.getLoopbackAddress(), Verification.Unknown::new)))
        .isEqualTo(new Verification.Unknown());
    assertThat(outcome(neverItsTurn)).isInstanceOf(Verification.Unavailable.class);
    List<Verification> others =
        IntStream.range(0, 50).mapToObj(i -> unknown.ask(null, Verification.Unknown::new)).toList();
    answered.countDown();
    others.forEach(each -> assertThat(outcome(each)).isEqualTo(new Verification.Unknown()));
    first.forEach(each -> assertThat(outcome(each)).isEqualTo(new Verification.Unknown()));
    assertThat(outcome(unknown.ask(null, Verification.Unknown::new)))
        .isEqualTo(new Verification.Unknown());
  }

  /** A first acceptance waits for every node, for a second perhaps: no other query waits for it. */
  @Test
  void keepsNoQueryFromItsTurnWhileItDecides() throws Exception {
    UnknownTokens unknown = server.bean(UnknownTokens.class);
    CountDownLatch decided = new CountDownLatch(1);
    List<Verification> deciding =
        IntStream.range(0, CoherentPrincipals.QUERIES_AT_ONCE)
            .mapToObj(
                i ->
                    unknown.ask(
                        null,
                        Verification.Unknown::new,
                        found -> {
                          awaitUnchecked(decided);
                          return found;
                        }))
            .toList();

    assertThat(outcome(unknown.ask(null, Verification.Unknown::new)))
        .isEqualTo(new Verification.Unknown());
    decided.countDown();
    deciding.forEach(each -> assertThat(outcome(each)).isEqualTo(new Verification.Unknown()));
  }

  private static Verification.Outcome outcome(Verification verification) {
    return switch (verification) {
      case Verification.Outcome outcome -> outcome;
      case Verification.Later(var outcome) -> outcome.toCompletableFuture().join();
    };
  }

  private static void awaitUnchecked(CountDownLatch latch) {
    try {
      assertThat(latch.await(30, TimeUnit.SECONDS)).isTrue();
    } catch (InterruptedException e) {
      throw new IllegalStateException(e);
    }
  }

  /** Anybody may write that header; only a proxy's word counts. */
  @Test
  void countsAgainstTheConnectionUnlessItIsATrustedProxys() {
    try (TestServer direct =
        TestServer.start(
            TestDatabase.create(),
            Map.of(
                "service-tokens.throttle.unknown-per-second",
                1,
                "service-tokens.throttle.unknown-burst",
                BURST),
            MemoryPrincipals.beans())) {
      IntFunction<Integer> elsewhere =
          i ->
              direct
                  .api()
                  .send(
                      direct
                          .api()
                          .request("GET", STATUS)
                          .header("X-Forwarded-For", "192.0.2." + i)
                          .header("X-API-Key", unknown())
                          .build())
                  .statusCode();

      assertThat(IntStream.range(0, BURST).mapToObj(elsewhere)).containsOnly(401);
      assertThat(IntStream.range(BURST, 2 * BURST).mapToObj(elsewhere)).contains(429);
    }
  }

  private void flood(String address) {
    for (int i = 0; i < BURST; i++) {
      assertThat(send(address, unknown()).statusCode()).isEqualTo(401);
    }
  }

  private HttpResponse<String> send(String address, String token) {
    return server
        .api()
        .send(
            server
                .api()
                .request("GET", STATUS)
                .header("X-Forwarded-For", address)
                .header("X-API-Key", token)
                .build());
  }

  private String unknown() {
    return TokenString.generate(random).reveal();
  }
}
