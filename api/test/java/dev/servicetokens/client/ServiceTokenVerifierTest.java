package dev.servicetokens.client;

import static dev.servicetokens.client.FakeNode.LEASE;
import static dev.servicetokens.client.FakeNode.await;
import static dev.servicetokens.client.FakeNode.say;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import com.sun.net.httpserver.HttpExchange;
import dev.servicetokens.client.HolderMemory.Told;
import dev.servicetokens.client.Verification.Limited;
import dev.servicetokens.client.Verification.Live;
import dev.servicetokens.client.Verification.NotLive;
import dev.servicetokens.client.Verification.Unavailable;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** A verifier, and nodes that do what none should. */
class ServiceTokenVerifierTest {

  private static final String OWN = "svctok-own";
  private static final String TOKEN = "svctok-caller";
  private static final Live LIVE =
      new Live(7, "ci", Set.of("deployer"), Map.of("system", Set.of("read")), null);

  private static ServiceTokenVerifier.Builder builder(FakeNode node) {
    return ServiceTokenVerifier.builder(node.url(), OWN).timeout(Duration.ofSeconds(5));
  }

  private static ServiceTokenVerifier holding(FakeNode node) {
    ServiceTokenVerifier verifier = builder(node).build();
    await(() -> verifier.lease().held());
    return verifier;
  }

  private static boolean isLease(HttpExchange exchange) {
    return exchange.getRequestURI().getPath().equals(LEASE);
  }

  private static FakeNode.Fault forLeases(FakeNode.Fault fault) {
    return (exchange, body) -> isLease(exchange) && fault.happens(exchange, body);
  }

  private static FakeNode.Fault refusing(int status, String retryAfter) {
    return (exchange, body) -> {
      exchange.getResponseHeaders().set("Retry-After", retryAfter);
      return say(exchange, status, "{\"errors\":[{\"message\":\"later\"}]}");
    };
  }

  @Test
  void asksForATokenOnce() {
    try (var node = new FakeNode()) {
      node.token(TOKEN, 7);
      try (var verifier = holding(node)) {
        for (int i = 0; i < 1000; i++) {
          assertThat(verifier.verify(TOKEN)).isEqualTo(LIVE);
          assertThat(verifier.verify("svctok-wrong")).isEqualTo(new NotLive());
        }
        CompletableFuture<Verification> async =
            verifier.verifyAsync(TOKEN, null).toCompletableFuture();
        assertThat(async).isCompletedWithValue(LIVE);
        assertThat(node.questions()).hasSize(2);
        assertThat(node.userAgents()).allMatch(name -> name.startsWith("service-tokens-java/"));
        assertThat(verifier.lease().reason()).isNull();
        assertThat(verifier.toString()).doesNotContain("svctok");
      }
    }
  }

  /** What a DELETE waits for has been done before it is acknowledged. */
  @Test
  void refusesADeletedTokenBeforeItAcknowledges() {
    try (var node = new FakeNode()) {
      try (var verifier = holding(node)) {
        for (int id = 1; id <= 200; id++) {
          String token = "svctok-" + id;
          long number = id;
          node.token(token, id);
          assertThat(verifier.verify(token)).isInstanceOf(Live.class);
          node.delete(id);
          await(() -> node.acknowledged() >= number);
          assertThat(verifier.verify(token)).isEqualTo(new NotLive());
        }
      }
    }
  }

  /** Each use of such a token counts, or only the node can tell. */
  @ParameterizedTest
  @ValueSource(strings = {"{\"keep\":false}", "{\"live\":false,\"keep\":false}"})
  void asksEachTimeForATokenThatItMayNotKeep(String bound) {
    try (var node = new FakeNode()) {
      node.token(TOKEN, 7);
      node.bound(TOKEN, bound);
      try (var verifier = holding(node)) {
        for (int i = 1; i <= 10; i++) {
          Verification told = verifier.verify(TOKEN, "192.0.2.7");
          assertThat(told).isEqualTo(bound.contains("live") ? new NotLive() : LIVE);
          assertThat(node.questions()).hasSize(i);
        }
        assertThat(verifier.memory().size()).isZero();
      }
    }
  }

  /** An answer that counts as one use is nobody else's, whether it was under way or not yet. */
  @Test
  void asksForEachWhoWaitsForATokenThatItMayNotKeep() {
    try (var node = new FakeNode()) {
      node.token(TOKEN, 7);
      node.bound(TOKEN, "{\"keep\":false}");
      try (var verifier = holding(node)) {
        node.holdQuestions(true);
        List<CompletableFuture<Verification>> told = new ArrayList<>();
        for (int i = 0; i < 50; i++) {
          told.add(verifier.verifyAsync(TOKEN, null).toCompletableFuture());
        }
        await(() -> node.underWay() > 0);
        node.holdQuestions(false);

        told.forEach(one -> assertThat(one.join()).isEqualTo(LIVE));
        assertThat(node.questions().stream().mapToInt(asked -> asked.path("tokens").size()).sum())
            .isEqualTo(50);
      }
    }
  }

  @Test
  void forgetsATokenThatItMayNotKeepAnyMore() {
    try (var node = new FakeNode()) {
      node.token(TOKEN, 7);
      try (var verifier = holding(node)) {
        assertThat(verifier.verify(TOKEN)).isEqualTo(LIVE);
        assertThat(verifier.memory().size()).isOne();
        Told bounded =
            new Told(LIVE, List.of("token:7"), verifier.memory().applied(), false, null, null);
        assertThat(verifier.memory().fill(TokenDigest.of(TOKEN), bounded)).isFalse();
        assertThat(verifier.memory().size()).isZero();
      }
    }
  }

  @Test
  void refusesFromMemoryWhoComesFromElsewhere() {
    try (var node = new FakeNode()) {
      node.token(TOKEN, 7);
      node.bound(TOKEN, "{\"allowedCidrs\":[\"192.0.2.0/24\",\"2001:db8::/32\"]}");
      try (var verifier = holding(node)) {
        assertThat(verifier.verify(TOKEN, "198.51.100.1")).isEqualTo(new NotLive());
        assertThat(verifier.verify(TOKEN, "192.0.2.7")).isEqualTo(LIVE);
        for (String there : List.of("192.0.2.8", "::ffff:192.0.2.9", "2001:db8::1")) {
          assertThat(verifier.verify(TOKEN, there)).isEqualTo(LIVE);
          assertThat(verifier.verifyAsync(TOKEN, there).toCompletableFuture().join())
              .isEqualTo(LIVE);
        }
        for (String elsewhere :
            List.of("192.0.3.1", "2001:db9::1", "localhost", "", "x".repeat(99))) {
          assertThat(verifier.verify(TOKEN, elsewhere)).isEqualTo(new NotLive());
        }
        assertThat(verifier.verify(TOKEN)).isEqualTo(new NotLive());
        assertThat(node.questions()).hasSize(1);
      }
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"[]", "\"192.0.2.0/24\"", "[7]", "[\"any\"]", "{}"})
  void refusesEverybodyIfItCannotReadFromWhere(String cidrs) {
    try (var node = new FakeNode()) {
      node.token(TOKEN, 7);
      node.bound(TOKEN, "{\"allowedCidrs\":" + cidrs + "}");
      try (var verifier = holding(node)) {
        assertThat(verifier.verify(TOKEN, "192.0.2.7")).isEqualTo(new NotLive());
        assertThat(verifier.verify(TOKEN, "192.0.2.7")).isEqualTo(new NotLive());
      }
    }
  }

  /** Who shares a question with a caller from elsewhere is judged by its own address. */
  @Test
  void judgesEachWhoWaitsByItsOwnAddress() {
    try (var node = new FakeNode()) {
      node.token(TOKEN, 7);
      node.bound(TOKEN, "{\"allowedCidrs\":[\"192.0.2.0/24\"]}");
      try (var verifier = holding(node)) {
        node.holdQuestions(true);
        var allowed = verifier.verifyAsync(TOKEN, "192.0.2.7").toCompletableFuture();
        await(() -> node.underWay() == 1);
        var elsewhere = verifier.verifyAsync(TOKEN, "198.51.100.1").toCompletableFuture();
        var nowhere = verifier.verifyAsync(TOKEN, null).toCompletableFuture();
        node.holdQuestions(false);

        assertThat(allowed.join()).isEqualTo(LIVE);
        assertThat(elsewhere.join()).isEqualTo(new NotLive());
        assertThat(nowhere.join()).isEqualTo(new NotLive());
      }
    }
  }

  @ParameterizedTest
  @CsvSource({"30, 30", "1, 1", "0, 1", "-5, 1", "99999999999, 86400"})
  void tellsThatATokenIsOverItsLimit(long seconds, long told) {
    var limited = new AtomicInteger();
    VerifierListener listener =
        new VerifierListener() {
          @Override
          public void limited() {
            limited.incrementAndGet();
          }
        };
    try (var node = new FakeNode()) {
      node.token(TOKEN, 7);
      node.bound(TOKEN, "{\"live\":false,\"limited\":true,\"retryAfterSeconds\":" + seconds + "}");
      try (var verifier = builder(node).listener(listener).build()) {
        await(() -> verifier.lease().held());
        for (int i = 1; i <= 3; i++) {
          assertThat(verifier.verify(TOKEN)).isEqualTo(new Limited(Duration.ofSeconds(told)));
          assertThat(node.questions()).hasSize(i);
          assertThat(limited).hasValue(i);
        }
      }
    }
  }

  /** A rotated secret ends before its token; by then it may be in memory. */
  @Test
  void refusesFromMemoryASecretThatHasEnded() {
    try (var node = new FakeNode()) {
      node.token(TOKEN, 7);
      long end = System.currentTimeMillis() + 300;
      node.bound(TOKEN, "{\"expiration\":" + end + "}");
      try (var verifier = holding(node)) {
        verifier.verify(TOKEN);
        await(() -> System.currentTimeMillis() >= end);
        assertThat(verifier.verify(TOKEN)).isEqualTo(new NotLive());
        assertThat(node.questions()).hasSize(1);
      }
    }
  }

  @Test
  void isUnavailableWhenNoNodeAnswersAndTheLeaseIsOver() {
    try (var node = new FakeNode()) {
      node.token(TOKEN, 7);
      try (var verifier = holding(node)) {
        assertThat(verifier.verify(TOKEN)).isEqualTo(LIVE);
        node.stop();
        long closed = System.nanoTime();
        await(() -> !verifier.lease().held());
        assertThat(Duration.ofNanos(System.nanoTime() - closed))
            .isLessThan(Duration.ofMillis(1500));
        assertThat(verifier.verify(TOKEN))
            .isInstanceOfSatisfying(
                Unavailable.class,
                away -> {
                  assertThat(away.reason()).contains(node.url()).doesNotContain(TOKEN);
                  assertThat(away.retryAfter()).isPositive();
                });
        assertThat(verifier.verifyAsync(TOKEN, null).toCompletableFuture().join())
            .isInstanceOf(Unavailable.class);
        assertThat(verifier.lease().reason()).isNotNull();

        try (var again = new FakeNode(node.port())) {
          again.token(TOKEN, 7);
          await(() -> verifier.lease().held());
          assertThat(verifier.verify(TOKEN)).isEqualTo(LIVE);
        }
      }
    }
  }

  @Test
  void asksAnotherNodeWhenOneIsGone() {
    try (var first = new FakeNode();
        var second = new FakeNode()) {
      first.token(TOKEN, 7);
      second.token(TOKEN, 7);
      try (var verifier = builder(first).url(second.url()).build()) {
        await(() -> verifier.lease().held());
        assertThat(second.leaseRequests()).isEmpty();
        first.stop();
        await(() -> second.leaseRequests().size() > 2);
        await(() -> verifier.lease().held());
        assertThat(verifier.verify(TOKEN)).isEqualTo(LIVE);
        assertThat(verifier.verify("svctok-other")).isEqualTo(new NotLive());
      }
    }
  }

  /** It takes the connection and says nothing: the lease of another one comes in time. */
  @Test
  void asksAnotherNodeWhenOneIsSilent() {
    try (var first = new FakeNode();
        var second = new FakeNode()) {
      second.token(TOKEN, 7);
      first.fault(
          (exchange, body) -> {
            await(() -> second.leaseRequests().size() > 2);
            return say(exchange, 500, "");
          });
      try (var verifier = builder(first).url(second.url()).build()) {
        await(() -> verifier.lease().held());
        assertThat(verifier.verify(TOKEN)).isEqualTo(LIVE);
      }
    }
  }

  /** It asks each time, and leaves the node alone as long as that wants. */
  @Test
  void obeysANodeThatLendsNothing() {
    try (var node = new FakeNode()) {
      node.token(TOKEN, 7);
      node.fault(forLeases(refusing(429, "60")));
      try (var verifier = builder(node).requireAtStart().build()) {
        for (int i = 0; i < 20; i++) {
          assertThat(verifier.verify(TOKEN)).isEqualTo(LIVE);
        }
        assertThat(node.questions()).hasSize(20);
        assertThat(node.questions().get(0).has("changeKeys")).isFalse();
        assertThat(node.leaseRequests()).hasSize(1);
        assertThat(verifier.lease().reason()).contains("429").contains("later");
      }
    }
  }

  /** A server that is older than leases. */
  @Test
  void asksEachTimeWhereNothingIsLent() {
    try (var node = new FakeNode()) {
      node.token(TOKEN, 7);
      node.fault(forLeases((exchange, body) -> say(exchange, 404, "")));
      try (var verifier = builder(node).requireAtStart().build()) {
        assertThat(verifier.verify(TOKEN)).isEqualTo(LIVE);
        assertThat(verifier.verify(TOKEN)).isEqualTo(LIVE);
        assertThat(node.questions()).hasSize(2);
        assertThat(node.leaseRequests()).hasSize(1);
      }
    }
  }

  @Test
  void becomesAnotherHolderWhenANodeHasSeenItsTwin() {
    try (var node = new FakeNode()) {
      node.token(TOKEN, 7);
      try (var verifier = holding(node)) {
        assertThat(verifier.verify(TOKEN)).isEqualTo(LIVE);
        String before = node.leaseRequests().get(0).path("holder").asText();
        AtomicBoolean once = new AtomicBoolean();
        node.fault(
            forLeases(
                (exchange, body) -> once.compareAndSet(false, true) && say(exchange, 409, "{}")));
        await(
            () ->
                node.leaseRequests().stream()
                    .anyMatch(asked -> !asked.path("holder").asText().equals(before)));
        JsonNode first =
            node.leaseRequests().stream()
                .filter(asked -> !asked.path("holder").asText().equals(before))
                .findFirst()
                .orElseThrow();
        assertThat(first.path("sequence").asLong()).isEqualTo(1);
        assertThat(first.path("applied").asLong()).isZero();
        assertThat(first.has("changeId")).isFalse();
        await(() -> verifier.lease().held());
        int questions = node.questions().size();
        assertThat(verifier.verify(TOKEN)).isEqualTo(LIVE);
        assertThat(node.questions()).hasSize(questions + 1);
      }
    }
  }

  /** A token that somebody else has deleted must not go on verifying others. */
  @ParameterizedTest
  @ValueSource(ints = {401, 403})
  void refusesEverythingWhenItsOwnTokenIsRefused(int status) {
    List<String> told = new CopyOnWriteArrayList<>();
    VerifierListener listener =
        new VerifierListener() {
          @Override
          public void ownTokenRefused(String reason) {
            told.add(reason);
          }
        };
    try (var node = new FakeNode()) {
      node.token(TOKEN, 7);
      try (var verifier = builder(node).listener(listener).build()) {
        await(() -> verifier.lease().held());
        assertThat(verifier.verify(TOKEN)).isEqualTo(LIVE);
        node.fault((exchange, body) -> say(exchange, status, ""));
        await(() -> !verifier.lease().held());
        int asked = node.questions().size();
        assertThat(verifier.verify(TOKEN))
            .isInstanceOfSatisfying(
                Unavailable.class,
                away ->
                    assertThat(away.reason())
                        .contains("own token is refused")
                        .doesNotContain("svctok"));
        assertThat(node.questions()).hasSize(asked);
        assertThat(verifier.lease().reason()).contains("own token");
        await(() -> !told.isEmpty());
        assertThat(told).allMatch(reason -> !reason.contains("svctok"));
        node.fault((exchange, body) -> false);
        await(() -> verifier.lease().held());
        await(() -> verifier.verify(TOKEN).equals(LIVE));
      }
    }
  }

  @Test
  void doesNotBeginWithoutANodeIfItIsRequired() {
    FakeNode gone = new FakeNode();
    gone.stop();
    assertThatThrownBy(
            () ->
                ServiceTokenVerifier.builder(gone.url(), OWN)
                    .timeout(Duration.ofMillis(300))
                    .requireAtStart()
                    .build())
        .isInstanceOf(IllegalStateException.class)
        .hasMessageContaining(gone.url())
        .hasMessageNotContaining(OWN);
    try (var node = new FakeNode()) {
      node.fault((exchange, body) -> say(exchange, 401, ""));
      assertThatThrownBy(() -> builder(node).requireAtStart().build())
          .isInstanceOf(IllegalStateException.class)
          .hasMessageContaining("own token is refused");
    }
  }

  /** None of these may be a yes, an exception, or the end of asking. */
  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "[]",
        "<html>",
        "{}",
        "{\"remaining\":-1,\"changeNumber\":0,\"serverStart\":\"s\",\"empty\":true,\"changes\":[]}",
        "{\"remaining\":9e99,\"changeNumber\":0,\"serverStart\":\"s\",\"empty\":true,\"changes\":[]}",
        "{\"remaining\":900,\"changeNumber\":99999999999999999999,\"serverStart\":\"s\",\"empty\":true}",
        "{\"remaining\":900,\"changeNumber\":1,\"serverStart\":\"s\",\"empty\":true,\"changes\":[{}]}",
        "{\"remaining\":\"900\",\"changeNumber\":1,\"serverStart\":\"s\",\"empty\":true,\"changes\":[]}",
        "{\"results\":[]}",
        "{\"results\":[{\"live\":\"true\"}]}",
        "{\"results\":[{\"live\":true}]}",
        "{\"results\":[{\"live\":true,\"id\":7,\"name\":\"ci\",\"expiration\":\"never\"}]}",
        "{\"results\":[{\"live\":true,\"id\":7,\"name\":\"ci\"},{\"live\":true,\"id\":7,\"name\":\"ci\"}]}"
      })
  void takesNothingFromGarbage(String garbage) {
    try (var node = new FakeNode()) {
      node.token(TOKEN, 7);
      node.fault((exchange, body) -> say(exchange, 200, garbage));
      try (var verifier = builder(node).build()) {
        await(() -> node.leaseRequests().size() > 1);
        assertThat(verifier.lease().held()).isFalse();
        assertThat(verifier.verify(TOKEN)).isInstanceOf(Unavailable.class);
        node.fault((exchange, body) -> false);
        await(() -> verifier.lease().held());
        await(() -> verifier.verify(TOKEN).equals(LIVE));
      }
    }
  }

  @Test
  void followsNoRedirect() {
    try (var elsewhere = new FakeNode();
        var node = new FakeNode()) {
      node.fault(
          (exchange, body) -> {
            exchange.getResponseHeaders().set("Location", elsewhere.url() + LEASE);
            return say(exchange, 307, "");
          });
      try (var verifier = builder(node).build()) {
        assertThat(verifier.verify(TOKEN))
            .isInstanceOfSatisfying(
                Unavailable.class, away -> assertThat(away.reason()).contains("sends elsewhere"));
      }
      assertThat(elsewhere.leaseRequests()).isEmpty();
      assertThat(elsewhere.questions()).isEmpty();
    }
  }

  @Test
  void givesUpAnAnswerWithoutAnEnd() {
    try (var node = new FakeNode()) {
      AtomicInteger givenUp = new AtomicInteger();
      node.fault(
          (exchange, body) -> {
            exchange.sendResponseHeaders(200, 0);
            byte[] spaces = " ".repeat(1 << 16).getBytes(StandardCharsets.US_ASCII);
            try {
              while (true) {
                exchange.getResponseBody().write(spaces);
              }
            } catch (IOException e) {
              givenUp.incrementAndGet();
              return true;
            }
          });
      try (var verifier =
          ServiceTokenVerifier.builder(node.url(), OWN).timeout(Duration.ofSeconds(1)).build()) {
        assertThat(verifier.verify(TOKEN)).isInstanceOf(Unavailable.class);
        await(() -> givenUp.get() > 0);
      }
    }
  }

  @Test
  void waitsNoLongerThanItWasTold() {
    try (var node = new FakeNode();
        var verifier =
            ServiceTokenVerifier.builder(node.url(), OWN).timeout(Duration.ofMillis(200)).build()) {
      node.holdQuestions(true);
      assertThat(verifier.verify(TOKEN))
          .isInstanceOfSatisfying(
              Unavailable.class, away -> assertThat(away.reason()).contains("in time"));
    }
  }

  @Test
  void sharesOneQuestionForOneToken() {
    try (var node = new FakeNode()) {
      node.token(TOKEN, 7);
      try (var verifier = holding(node)) {
        node.holdQuestions(true);
        List<CompletableFuture<Verification>> all = new ArrayList<>();
        for (int i = 0; i < 500; i++) {
          all.add(verifier.verifyAsync(TOKEN, null).toCompletableFuture());
        }
        await(() -> node.underWay() == 1);
        node.holdQuestions(false);
        all.forEach(one -> assertThat(one.join()).isEqualTo(LIVE));
        assertThat(node.questions()).hasSize(1);
      }
    }
  }

  /** Rule 17: that question may have been answered before the token was deleted. */
  @Test
  void sharesNoQuestionThatWasAskedBeforeAChange() {
    try (var node = new FakeNode()) {
      node.token(TOKEN, 7);
      try (var verifier = holding(node)) {
        node.holdQuestions(true);
        CompletableFuture<Verification> early =
            verifier.verifyAsync(TOKEN, null).toCompletableFuture();
        await(() -> node.underWay() == 1);
        node.delete(7);
        await(() -> node.acknowledged() == 1);
        CompletableFuture<Verification> late =
            verifier.verifyAsync(TOKEN, null).toCompletableFuture();
        node.holdQuestions(false);

        assertThat(late.join()).isEqualTo(new NotLive());
        assertThat(early.join()).isEqualTo(LIVE);
        assertThat(verifier.verify(TOKEN)).isEqualTo(new NotLive());
      }
    }
  }

  @Test
  void asksForAFloodOfWrongTokensInFewRequests() {
    try (var node = new FakeNode()) {
      node.token(TOKEN, 7);
      try (var verifier = holding(node)) {
        assertThat(verifier.verify(TOKEN)).isEqualTo(LIVE);
        node.holdQuestions(true);
        List<CompletableFuture<Verification>> all = new ArrayList<>();
        for (int i = 0; i < 2000; i++) {
          all.add(verifier.verifyAsync("svctok-wrong" + i, null).toCompletableFuture());
        }
        await(() -> node.underWay() == TokenQuestions.MOST_REQUESTS);
        int questions = node.questions().size();
        assertThat(verifier.verify(TOKEN)).isEqualTo(LIVE);
        assertThat(node.questions()).hasSize(questions);
        node.holdQuestions(false);
        long refused = all.stream().filter(one -> one.join() instanceof Unavailable).count();
        assertThat(refused)
            .isEqualTo(2000 - TokenQuestions.MOST_WAITING - TokenQuestions.MOST_REQUESTS);
        assertThat(node.mostUnderWay()).isEqualTo(TokenQuestions.MOST_REQUESTS);
      }
    }
  }

  /** Who sends wrong tokens is throttled, and the others in the same request are not. */
  @Test
  void asksEachAloneWhenSeveralTogetherAreRefused() {
    try (var node = new FakeNode()) {
      node.token(TOKEN, 7);
      try (var verifier = holding(node)) {
        node.holdQuestions(true);
        List<CompletableFuture<Verification>> first = new ArrayList<>();
        for (int i = 0; i < TokenQuestions.MOST_REQUESTS; i++) {
          first.add(verifier.verifyAsync("svctok-" + i, null).toCompletableFuture());
        }
        await(() -> node.underWay() == TokenQuestions.MOST_REQUESTS);
        var throttled = verifier.verifyAsync("svctok-bad", "192.0.2.66").toCompletableFuture();
        var good = verifier.verifyAsync(TOKEN, "192.0.2.7").toCompletableFuture();
        node.fault(
            (exchange, body) ->
                body.toString().contains("192.0.2.66")
                    && refusing(429, "30").happens(exchange, body));
        node.holdQuestions(false);

        assertThat(good.join()).isEqualTo(LIVE);
        assertThat(throttled.join())
            .isInstanceOfSatisfying(
                Unavailable.class,
                away -> assertThat(away.retryAfter()).isEqualTo(Duration.ofSeconds(30)));
        assertThat(node.questions()).hasSize(TokenQuestions.MOST_REQUESTS + 3);
      }
    }
  }

  @Test
  void tellsANodeWhoHasUsedATokenEvenIfTheFirstDidNotListen() {
    try (var node = new FakeNode()) {
      node.token(TOKEN, 7);
      try (var verifier = holding(node)) {
        assertThat(verifier.verify(TOKEN, "192.0.2.1")).isEqualTo(LIVE);
        AtomicInteger lost = new AtomicInteger();
        node.fault(
            forLeases(
                (exchange, body) ->
                    body.has("uses") && lost.incrementAndGet() <= 2 && say(exchange, 500, "")));
        verifier.verify(TOKEN, "2001:db8::1");
        verifier.verify(TOKEN, "not an address");
        verifier.verify(TOKEN, "192.0.2.9");
        await(() -> lost.get() > 2);

        List<JsonNode> uses = new ArrayList<>();
        node.leaseRequests().stream()
            .filter(asked -> asked.has("uses"))
            .forEach(asked -> uses.add(asked.path("uses").path(0)));
        JsonNode last = uses.get(uses.size() - 1);
        assertThat(last.path("id").asLong()).isEqualTo(7);
        assertThat(last.path("count").asLong()).isEqualTo(3);
        assertThat(last.path("address").asText()).isEqualTo("192.0.2.9");
      }
    }
  }

  /** Metrics that fail must not refuse anybody. */
  @Test
  void survivesItsListener() {
    VerifierListener failing =
        new VerifierListener() {
          @Override
          public void hit() {
            throw new IllegalStateException("hit");
          }

          @Override
          public void miss() {
            throw new IllegalStateException("miss");
          }

          @Override
          public void leaseHeld(boolean held) {
            throw new IllegalStateException("lease");
          }
        };
    try (var node = new FakeNode()) {
      node.token(TOKEN, 7);
      try (var verifier = builder(node).listener(failing).build()) {
        await(() -> verifier.lease().held());
        assertThat(verifier.verify(TOKEN)).isEqualTo(LIVE);
        assertThat(verifier.verify(TOKEN)).isEqualTo(LIVE);
      }
    }
  }

  @Test
  void refusesEverythingWhenItIsClosed() {
    try (var node = new FakeNode()) {
      node.token(TOKEN, 7);
      var verifier = holding(node);
      assertThat(verifier.verify(TOKEN)).isEqualTo(LIVE);
      node.holdQuestions(true);
      var underWay = verifier.verifyAsync("svctok-other", null).toCompletableFuture();
      verifier.close();
      verifier.close();

      assertThat(underWay.join()).isInstanceOf(Unavailable.class);
      assertThat(verifier.verify(TOKEN)).isInstanceOf(Unavailable.class);
      assertThat(verifier.lease().held()).isFalse();
      node.holdQuestions(false);
      int asked = node.leaseRequests().size();
      assertThat(verifier.verify("svctok-another")).isInstanceOf(Unavailable.class);
      assertThat(node.leaseRequests()).hasSize(asked);
    }
  }

  @Test
  void answersWhoeverVerifiesWhileItIsClosed() {
    try (var node = new FakeNode()) {
      for (int i = 0; i < 20; i++) {
        var verifier = builder(node).build();
        AtomicBoolean begun = new AtomicBoolean();
        CompletableFuture<Verification> last =
            CompletableFuture.supplyAsync(
                () -> {
                  Verification told = verifier.verify(TOKEN);
                  for (int j = 0; !(told instanceof Unavailable); j++) {
                    told = verifier.verify("svctok-" + j);
                    begun.set(true);
                  }
                  return told;
                });
        await(begun::get);
        verifier.close();
        assertThat(last.join()).isInstanceOf(Unavailable.class);
      }
    }
  }

  @Test
  void takesOnlyLiteralAddresses() {
    assertThat(ServiceTokenVerifier.literal("192.0.2.7")).isEqualTo("192.0.2.7");
    assertThat(ServiceTokenVerifier.literal("2001:db8::7")).isEqualTo("2001:db8:0:0:0:0:0:7");
    for (String none : new String[] {null, "", "localhost", "256.0.0.1", "1:2:3", "/192.0.2.7"}) {
      assertThat(ServiceTokenVerifier.literal(none)).isNull();
    }
  }

  @Test
  void refusesSettingsThatCannotBe() {
    var builder = ServiceTokenVerifier.builder("http://localhost:1", OWN);
    assertThatIllegalArgumentException().isThrownBy(() -> builder.maximumTokens(0));
    assertThatIllegalArgumentException().isThrownBy(() -> builder.timeout(Duration.ZERO));
    assertThatIllegalArgumentException().isThrownBy(() -> builder.url("ftp://localhost"));
    assertThatIllegalArgumentException()
        .isThrownBy(() -> ServiceTokenVerifier.builder("http://localhost:1", "a\nb"))
        .withMessageNotContaining("a\nb");
  }
}
