package dev.servicetokens.token.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.servicetokens.client.ServiceTokenVerifier;
import dev.servicetokens.client.Verification;
import dev.servicetokens.fixtures.Access;
import dev.servicetokens.fixtures.Json;
import dev.servicetokens.fixtures.TestDatabase;
import dev.servicetokens.fixtures.TestServer;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.stream.Stream;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.ShrinkingMode;
import net.jqwik.api.Tuple;
import net.jqwik.api.lifecycle.AfterContainer;
import net.jqwik.api.lifecycle.BeforeContainer;
import org.jspecify.annotations.Nullable;

/**
 * Whatever sequence of rotations, uses, a deletion, being disabled and the passing of time a token
 * sees, on whatever nodes: no dead token string is accepted, and none that is in use is lost before
 * its time. What must hold is counted here by itself, from what was asked and answered.
 */
final class RotationPropertyTest {

  private static final List<TestServer> nodes = new ArrayList<>();
  private static final List<ServiceTokenVerifier> services = new ArrayList<>();
  private static TestServer server;
  private static Access admin;
  private static String rotatingRole;

  @BeforeContainer
  static void start() {
    TestDatabase database = TestDatabase.create();
    // The services' clock is the system's: it must not reach an end that a node's clock has not.
    Instant ahead = Instant.now().plus(Duration.ofDays(1));
    for (int i = 0; i < 3; i++) {
      nodes.add(TestServer.startAt(ahead, database, Map.of()));
    }
    server = nodes.getFirst();
    admin = new Access(server.api(), server.administrator());
    rotatingRole = admin.subjectWith("rotate-own-service-token");
    String own = admin.with("verify-service-tokens").token();
    for (TestServer node : nodes.subList(1, 3)) {
      services.add(ServiceTokenVerifier.builder(node.uri().toString(), own).build());
    }
  }

  @AfterContainer
  static void stop() {
    services.forEach(ServiceTokenVerifier::close);
    nodes.forEach(TestServer::close);
  }

  @Property(tries = 70, shrinking = ShrinkingMode.BOUNDED)
  void holdsOnThreeNodes(@ForAll("sequences") List<Call> calls) {
    hold(calls);
  }

  /** No time passes there: a service has the system's clock. */
  @Property(tries = 40, shrinking = ShrinkingMode.BOUNDED)
  void holdsWithServicesThatVerifyInTheirOwnMemory(
      @ForAll("sequencesWithServices") List<Call> calls) {
    hold(calls);
  }

  private static void hold(List<Call> calls) {
    Token token = new Token();

    for (Call call : calls) {
      assertThat(token.execute(call)).as("%s of %s", call, calls).isEmpty();
    }
    for (TestServer node : nodes) {
      for (int i = 0; i < token.secrets.size(); i++) {
        assertThat(token.use(i, node)).as("at the end of %s", calls).isEmpty();
      }
    }
  }

  @Provide
  Arbitrary<List<Call>> sequences() {
    return sequences(Kind.WAIT, 2);
  }

  @Provide
  Arbitrary<List<Call>> sequencesWithServices() {
    return sequences(Kind.VERIFY, 6);
  }

  private static Arbitrary<List<Call>> sequences(Kind more, int often) {
    return Combinators.combine(
            Arbitraries.frequencyOf(
                Tuple.of(4, Arbitraries.just(Kind.ROTATE)),
                Tuple.of(2, Arbitraries.just(Kind.ROTATE_ITSELF)),
                Tuple.of(6, Arbitraries.just(Kind.USE)),
                Tuple.of(often, Arbitraries.just(more)),
                Tuple.of(2, Arbitraries.just(Kind.DISABLE_OR_ENABLE)),
                Tuple.of(1, Arbitraries.just(Kind.DELETE))),
            Arbitraries.integers().between(0, 3),
            Arbitraries.of(0, 1, 3),
            Arbitraries.of(true, false),
            Arbitraries.integers().between(0, 2))
        .as(Call::new)
        .list()
        .ofMinSize(3)
        .ofMaxSize(14);
  }

  /** What may happen to a token. */
  enum Kind {
    ROTATE,
    ROTATE_ITSELF,
    USE,
    VERIFY,
    WAIT,
    DISABLE_OR_ENABLE,
    DELETE
  }

  /**
   * One thing that happens on a node: by or to which secret from the newest on, with how long an
   * overlap.
   */
  record Call(Kind kind, int secret, int overlapMinutes, boolean untilFirstUse, int node) {

    private TestServer on() {
      return nodes.get(node);
    }
  }

  /** A secret as it must be. */
  private static final class Secret {
    private final String text;
    private final boolean endsOlder;
    private @Nullable Instant end;
    private boolean used;
    private boolean gone;

    private Secret(String text, boolean endsOlder, boolean used) {
      this.text = text;
      this.endsOlder = endsOlder;
      this.used = used;
    }

    private boolean isLive() {
      return !gone && (end == null || server.clock().instant().isBefore(end));
    }
  }

  /** A token, and what must hold of it. */
  private static final class Token {

    private final String id;
    private final List<Secret> secrets = new ArrayList<>();
    private boolean deleted;
    private boolean disabled;

    Token() {
      String name = "token " + UUID.randomUUID();
      String text =
          server
              .api()
              .created(
                  admin.token(),
                  "{\"name\":\"%s\",\"roles\":[\"%s\"]}".formatted(name, rotatingRole));
      secrets.add(new Secret(text, false, true));
      id = server.api().idOf(admin.token(), name);
    }

    /** What was wrong with the answer; empty if nothing. */
    String execute(Call call) {
      int secret = Math.max(0, secrets.size() - 1 - call.secret());
      return switch (call.kind()) {
        case USE -> use(secret, call.on());
        case VERIFY -> verify(secret, services.get(call.node() % services.size()));
        case WAIT -> {
          nodes.forEach(node -> node.clock().move(Duration.ofMinutes(1)));
          yield "";
        }
        case DISABLE_OR_ENABLE -> disableOrEnable(call.on());
        case DELETE -> delete(call.on());
        case ROTATE -> rotate(call, null);
        case ROTATE_ITSELF -> rotate(call, secrets.get(secret));
      };
    }

    private String verify(int index, ServiceTokenVerifier service) {
      Secret secret = secrets.get(index);
      boolean expected = secret.isLive() && !disabled;
      if (expected) {
        accepted(secret);
      }
      Verification answer =
          await()
              .atMost(Duration.ofSeconds(30))
              .until(
                  () -> service.verify(secret.text),
                  said -> !(said instanceof Verification.Unavailable));
      return answer instanceof Verification.Live == expected
          ? ""
          : "a service says of secret %d: %s".formatted(index, answer.getClass().getSimpleName());
    }

    String use(int index, TestServer node) {
      Secret secret = secrets.get(index);
      boolean expected = secret.isLive() && !disabled;
      int status = node.api().get("/api/user/session", secret.text).statusCode();
      if (expected) {
        accepted(secret);
      }
      return status == (expected ? 200 : 401)
          ? ""
          : "secret %d is answered %d".formatted(index, status);
    }

    private void accepted(Secret secret) {
      if (!secret.used && secret.endsOlder) {
        secrets.subList(0, secrets.indexOf(secret)).forEach(older -> older.gone = true);
      }
      secret.used = true;
    }

    private String disableOrEnable(TestServer node) {
      int status =
          node.api()
              .send(
                  "PATCH",
                  "/api/security/tokens/" + id,
                  admin.token(),
                  "{\"enabled\":%s}".formatted(disabled))
              .statusCode();
      disabled ^= !deleted;
      return status == (deleted ? 404 : 204) ? "" : "PATCH is answered " + status;
    }

    private String delete(TestServer node) {
      int status = node.api().delete(admin.token(), id).statusCode();
      boolean expected = !deleted;
      deleted = true;
      secrets.forEach(secret -> secret.gone = true);
      return status == (expected ? 204 : 404) ? "" : "DELETE is answered " + status;
    }

    private String rotate(Call call, @Nullable Secret by) {
      HttpResponse<String> answer =
          call.on()
              .api()
              .send(
                  "POST",
                  by == null
                      ? "/api/security/tokens/" + id + "/rotate"
                      : "/api/user/session/token/rotate",
                  by == null ? admin.token() : by.text,
                  "{\"overlap\":\"PT%dM\",\"until\":\"%s\"}"
                      .formatted(
                          call.overlapMinutes(), call.untilFirstUse() ? "first-use" : "time"));
      int expected = expected(call, by);
      if (answer.statusCode() != expected) {
        return "rotation is answered %d, not %d".formatted(answer.statusCode(), expected);
      }
      if (expected == 200) {
        rotated(call, by != null, Json.text(answer.body(), "/token"));
      }
      return "";
    }

    private int expected(Call call, @Nullable Secret by) {
      if (by != null && (disabled || !by.isLive())) {
        return 401;
      }
      if (by != null) {
        accepted(by);
      }
      if (deleted) {
        return 404;
      }
      if (disabled) {
        return 409;
      }
      boolean bothUsed = live().count() == 2 && live().allMatch(secret -> secret.used);
      return bothUsed && call.overlapMinutes() > 0 ? 409 : 200;
    }

    private void rotated(Call call, boolean byItself, String text) {
      List<Secret> before = live().toList();
      if (call.overlapMinutes() == 0) {
        before.forEach(secret -> secret.gone = true);
      } else {
        if (before.size() == 2) {
          before.stream()
              .filter(secret -> !secret.used)
              .max(Comparator.comparing(secrets::indexOf))
              .ifPresent(unused -> unused.gone = true);
        }
        Instant end = server.clock().instant().plus(Duration.ofMinutes(call.overlapMinutes()));
        live()
            .forEach(
                secret -> {
                  boolean isEarlier = secret.end != null && secret.end.isBefore(end);
                  secret.end = byItself && isEarlier ? secret.end : end;
                });
      }
      secrets.add(new Secret(text, call.untilFirstUse(), false));
    }

    private Stream<Secret> live() {
      return secrets.stream().filter(Secret::isLive);
    }
  }
}
