package dev.servicetokens.verification.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import dev.servicetokens.client.ServiceTokenVerifier;
import dev.servicetokens.client.Verification;
import dev.servicetokens.client.VerifierListener;
import dev.servicetokens.fixtures.Access;
import dev.servicetokens.fixtures.Json;
import dev.servicetokens.fixtures.TestDatabase;
import dev.servicetokens.fixtures.TestServer;
import java.time.Duration;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** The SDK's verifier, as a service has it, with two real nodes. */
class ServiceTokenVerifierTest {

  private static final TestDatabase DATABASE = TestDatabase.create();
  private static TestServer one;
  private static TestServer other;
  private static String administrator;
  private static String own;

  /** Counts what was told from memory. */
  private static final class Hits implements VerifierListener {

    private final AtomicInteger count = new AtomicInteger();

    @Override
    public void hit() {
      count.incrementAndGet();
    }
  }

  @BeforeAll
  static void start() {
    one = TestServer.start(DATABASE, Map.of());
    other = TestServer.start(DATABASE, Map.of());
    administrator = one.administrator();
    own = one.api().createdWithRole(administrator, "orders", "token-verifier");
  }

  @AfterAll
  static void stop() {
    one.close();
    other.close();
  }

  private static ServiceTokenVerifier.Builder builder(String token, TestServer... nodes) {
    ServiceTokenVerifier.Builder builder =
        ServiceTokenVerifier.builder(nodes[0].uri().toString(), token)
            .timeout(Duration.ofSeconds(10));
    for (int i = 1; i < nodes.length; i++) {
      builder.url(nodes[i].uri().toString());
    }
    return builder;
  }

  private static void awaitLease(ServiceTokenVerifier verifier) {
    await().atMost(Duration.ofSeconds(20)).until(() -> verifier.lease().held());
  }

  private static String created(String name) {
    return one.api().createdWithRole(administrator, name, "stackstate-guest");
  }

  private static void deleted(TestServer node, String name) {
    String id = one.api().idOf(administrator, name);
    assertThat(node.api().delete(administrator, id).statusCode()).isEqualTo(204);
  }

  /** What the SDK is for: nothing is asked, and yet nothing deleted is accepted. */
  @Test
  void refusesATokenEverywhereWhenItsDeleteHasReturned() {
    Hits hits = new Hits();
    try (var here = builder(own, one).listener(hits).build();
        var there = builder(own, other).listener(hits).build()) {
      awaitLease(here);
      awaitLease(there);
      for (int i = 0; i < 20; i++) {
        String name = "caller-" + i;
        String token = created(name);
        for (var verifier : new ServiceTokenVerifier[] {here, there}) {
          assertThat(verifier.verify(token)).isInstanceOf(Verification.Live.class);
          int before = hits.count.get();
          await()
              .atMost(Duration.ofSeconds(10))
              .until(
                  () ->
                      verifier.verify(token) instanceof Verification.Live
                          && hits.count.get() > before);
        }

        deleted(i % 2 == 0 ? one : other, name);
        assertThat(here.verify(token)).isEqualTo(new Verification.NotLive());
        assertThat(there.verify(token)).isEqualTo(new Verification.NotLive());
      }
    }
  }

  /** What bounds a token bounds it there, too, as soon as the change has returned. */
  @Test
  void keepsToWhatBoundsAToken() {
    String token = created("bounded");
    String path = "/api/security/tokens/" + one.api().idOf(administrator, "bounded");
    try (var verifier = builder(own, other).build()) {
      awaitLease(verifier);
      for (int i = 0; i < 5; i++) {
        assertThat(verifier.verify(token, "198.51.100.1")).isInstanceOf(Verification.Live.class);

        change(path, "{\"allowedCidrs\":[\"192.0.2.0/24\"]}");
        assertThat(verifier.verify(token, "192.0.2.1")).isInstanceOf(Verification.Live.class);
        assertThat(verifier.verify(token, "198.51.100.1")).isEqualTo(new Verification.NotLive());
        assertThat(verifier.verify(token)).isEqualTo(new Verification.NotLive());
        assertThat(verifier.verify(token, "192.0.2.1")).isInstanceOf(Verification.Live.class);

        change(path, "{\"allowedCidrs\":null,\"maximumUses\":2}");
        assertThat(verifier.verify(token)).isInstanceOf(Verification.Live.class);
        assertThat(verifier.verify(token)).isInstanceOf(Verification.Live.class);
        assertThat(verifier.verify(token)).isEqualTo(new Verification.NotLive());

        change(path, "{\"maximumUses\":null,\"enabled\":false}");
        assertThat(verifier.verify(token)).isEqualTo(new Verification.NotLive());
        change(path, "{\"enabled\":true}");
      }
      change(path, "{\"rateLimit\":{\"limit\":2,\"per\":\"P1D\"}}");
      int live = 0;
      while (verifier.verify(token) instanceof Verification.Live) {
        live++;
      }
      assertThat(live).isBetween(1, 2); // By how many nodes this one has seen already.
      assertThat(verifier.verify(token)).isInstanceOf(Verification.Limited.class);
    }
  }

  private static void change(String path, String json) {
    assertThat(one.api().send("PATCH", path, administrator, json).statusCode()).isEqualTo(204);
  }

  @Test
  void tellsWhatATokenMayDoAsSoonAsItMay() {
    Access access = new Access(one.api(), administrator);
    access.put("deployers");
    String token = one.api().createdWithRole(administrator, "deploying", "deployers");
    try (var verifier = builder(own, other).build()) {
      awaitLease(verifier);
      for (int i = 0; i < 5; i++) {
        access.grant("deployers", "get-metrics", "cluster-1");
        Verification.Live live = (Verification.Live) verifier.verify(token);
        assertThat(live.allows("get-metrics", "cluster-1")).isTrue();
        assertThat(live.allows("get-metrics")).isFalse();
        assertThat(live.roles()).isEqualTo(Set.of("deployers"));

        access.revoke("deployers", "get-metrics", "cluster-1");
        live = (Verification.Live) verifier.verify(token);
        assertThat(live.allows("get-metrics", "cluster-1")).isFalse();
      }
    }
  }

  @Test
  void asksAnotherNodeWhenOneStopsAndNeverSaysYesWithoutOne() {
    String token = created("staying");
    TestServer stopping = TestServer.start(DATABASE, Map.of());
    try (var both = builder(own, stopping, one).build();
        var alone = builder(own, stopping).build()) {
      awaitLease(both);
      awaitLease(alone);
      assertThat(both.verify(token)).isInstanceOf(Verification.Live.class);
      assertThat(alone.verify(token)).isInstanceOf(Verification.Live.class);
      stopping.close();

      assertThat(both.verify(token)).isInstanceOf(Verification.Live.class);
      awaitLease(both);
      assertThat(both.verify(token)).isInstanceOf(Verification.Live.class);
      await().atMost(Duration.ofSeconds(2)).until(() -> !alone.lease().held());
      assertThat(alone.verify(token)).isInstanceOf(Verification.Unavailable.class);
    }
  }

  /**
   * Who looks at a token sees its last caller and not the service, whether that asked a node or
   * told from memory, and through whichever node it hears.
   */
  @Test
  void tellsFromWhereATokenWasUsedLast() {
    String token = created("travelling");
    String id = one.api().idOf(administrator, "travelling");
    Hits hits = new Hits();
    try (var verifier = builder(own, other).listener(hits).build()) {
      awaitLease(verifier);
      assertThat(verifier.verify(token, "203.0.113.5")).isInstanceOf(Verification.Live.class);
      awaitLastUse(id, "203.0.113.5", 1);

      assertThat(verifier.verify(token, "203.0.113.6")).isInstanceOf(Verification.Live.class);
      assertThat(verifier.verify(token, "::ffff:203.0.113.7"))
          .isInstanceOf(Verification.Live.class);
      assertThat(hits.count).hasValue(2);
      awaitLastUse(id, "203.0.113.7", 3);

      assertThat(verifier.verify(token, "2001:db8::7")).isInstanceOf(Verification.Live.class);
      assertThat(hits.count).hasValue(3);
      awaitLastUse(id, "2001:db8:0:0:0:0:0:7", 4);
    }
  }

  private static void awaitLastUse(String id, String address, int uses) {
    await()
        .atMost(Duration.ofSeconds(20))
        .untilAsserted(
            () -> {
              JsonNode shown =
                  Json.read(one.api().get("/api/security/tokens/" + id, administrator).body());
              assertThat(shown.path("lastUsedAddress").asText()).isEqualTo(address);
              assertThat(shown.path("useCount").asInt()).isEqualTo(uses);
              assertThat(shown.path("lastUsedTimestamp").asLong()).isPositive();
            });
  }

  /** Whoever takes the verifier's token away wants it to be told nothing more. */
  @Test
  void refusesEverythingWhenTheDeleteOfItsOwnTokenHasReturned() {
    String token = created("lasting");
    String doomed = one.api().createdWithRole(administrator, "doomed", "token-verifier");
    try (var verifier = builder(doomed, one).build()) {
      awaitLease(verifier);
      assertThat(verifier.verify(token)).isInstanceOf(Verification.Live.class);
      deleted(other, "doomed");

      assertThat(verifier.verify(token)).isInstanceOf(Verification.Unavailable.class);
      assertThat(verifier.lease().held()).isFalse();
      await()
          .atMost(Duration.ofSeconds(10))
          .until(() -> verifier.lease().reason().contains("own token is refused"));
    }
  }
}
