package dev.servicetokens.client;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** A verifier without memory asks a node for each token, in one round trip. */
class AskingEveryTimeTest {

  private static final String OWN = "svctok-own";
  private static final String LIVE =
      """
      {"results":[{"live":true,"id":7,"name":"ci","roles":["deployer"],
       "permissions":{"system":["read"],"cluster-1":["deploy"]},"expiration":4102444800000}]}
      """;

  private static ServiceTokenVerifier verifier(String url) {
    return ServiceTokenVerifier.builder(url, OWN)
        .askEveryTime()
        .timeout(Duration.ofSeconds(20))
        .build();
  }

  @Test
  void tellsWhatALiveTokenIsAndMay() {
    try (var server = new AnsweringServer(200, LIVE);
        var verifier = verifier(server.url())) {
      Verification told = verifier.verify("svctok-caller", "192.0.2.7");

      assertThat(told)
          .isEqualTo(
              new Verification.Live(
                  7,
                  "ci",
                  Set.of("deployer"),
                  Map.of("system", Set.of("read"), "cluster-1", Set.of("deploy")),
                  Instant.ofEpochMilli(4102444800000L)));
      Verification.Live live = (Verification.Live) told;
      assertThat(live.allows("read")).isTrue();
      assertThat(live.allows("read", "cluster-2")).isTrue();
      assertThat(live.allows("deploy", "cluster-1")).isTrue();
      assertThat(live.allows("deploy")).isFalse();
      assertThat(live.allows("deploy", "cluster-2")).isFalse();
      assertThat(server.bodies())
          .containsExactly(
              "{\"tokens\":[{\"token\":\"svctok-caller\",\"address\":\"192.0.2.7\"}]}");
      assertThat(server.asked())
          .containsExactly(new AnsweringServer.Asked("POST", "/api/verifications", OWN, null));
    }
  }

  @Test
  void tellsThatATokenIsNotLive() {
    try (var server = new AnsweringServer(200, "{\"results\":[{\"live\":false}]}");
        var verifier = verifier(server.url())) {
      assertThat(verifier.verify("svctok-caller")).isEqualTo(new Verification.NotLive());
      assertThat(verifier.verifyAsync("svctok-caller", null).toCompletableFuture().join())
          .isEqualTo(new Verification.NotLive());
    }
  }

  /** The server's clock may be behind. */
  @Test
  void tellsTheEndOfATokenByItsOwnClock() {
    String ended = LIVE.replace("4102444800000", "1000");
    try (var server = new AnsweringServer(200, ended);
        var verifier = verifier(server.url())) {
      assertThat(verifier.verify("svctok-caller")).isEqualTo(new Verification.NotLive());
    }
  }

  /** Nothing that no token looks like costs a question, or throws. */
  @Test
  void asksForNothingThatIsNoToken() {
    try (var server = new AnsweringServer(200, LIVE);
        var verifier = verifier(server.url())) {
      for (String none :
          new String[] {null, "", " ", "a b", "line\nbreak", "\u00e4", "x".repeat(4097)}) {
        assertThat(verifier.verify(none)).isEqualTo(new Verification.NotLive());
      }
      assertThat(server.asked()).isEmpty();
    }
  }

  @Test
  void refusesEverythingWhileItsOwnTokenIsRefused() {
    try (var server = new AnsweringServer(403, "{\"errors\":[{\"message\":\"not allowed\"}]}");
        var verifier = verifier(server.url())) {
      for (int i = 0; i < 3; i++) {
        assertThat(verifier.verify("svctok-caller" + i))
            .isInstanceOfSatisfying(
                Verification.Unavailable.class,
                away ->
                    assertThat(away.reason())
                        .contains("own token is refused")
                        .contains("not allowed")
                        .doesNotContain(OWN)
                        .doesNotContain("svctok-caller"));
      }
      assertThat(server.asked()).hasSize(1);
    }
  }

  @Test
  void doesNotBeginWhereItsOwnTokenIsRefused() {
    try (var server = new AnsweringServer(401, "")) {
      assertThatThrownBy(
              () ->
                  ServiceTokenVerifier.builder(server.url(), OWN)
                      .askEveryTime()
                      .requireAtStart()
                      .build())
          .isInstanceOf(IllegalStateException.class)
          .hasMessageContaining("own token is refused")
          .hasMessageNotContaining(OWN);
    }
  }
}
