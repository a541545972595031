package dev.servicetokens.access;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.servicetokens.fixtures.Access;
import dev.servicetokens.fixtures.AuditLog;
import dev.servicetokens.fixtures.TestDatabase;
import dev.servicetokens.fixtures.TestServer;
import io.micrometer.core.instrument.MeterRegistry;
import java.io.IOException;
import java.io.InputStream;
import java.net.Socket;
import java.net.http.HttpResponse;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.function.Supplier;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Nothing is changed by a token that was revoked when it changed, however long before its request
 * has begun. A request that was parked, its head and half its body sent, was once as good as a
 * token that nobody could delete.
 */
final class ActorChangesTest {

  private static final String[] ABILITIES = {
    "create-service-tokens", "delete-service-tokens", "update-permissions", "get-views"
  };
  private static final Duration LIMIT = Duration.ofSeconds(20);

  /** All that a change can leave behind, but the use of tokens and the audit of refusals. */
  private static final String STATE =
      """
      SELECT concat('token ', id, roles, dedicated_subject) FROM service_token
      UNION ALL SELECT concat('subject ', handle, scope_query) FROM subject
      UNION ALL SELECT concat('grant ', subject, permission, resource) FROM subject_permission
      UNION ALL SELECT concat('event ', action, target, target_name) FROM audit_event
        WHERE outcome = 'success'
      ORDER BY 1
      """;

  private static final TestDatabase DATABASE = TestDatabase.create();

  private static TestServer server;
  private static Access admin;

  private Access actor;
  private String actorId;
  private String actorRole;
  private String target;
  private String targetId;

  @BeforeAll
  static void start() {
    server = TestServer.start(DATABASE, Map.of());
    admin = new Access(server.api(), server.administrator());
  }

  @AfterAll
  static void stop() {
    server.close();
  }

  /** An actor that has never asked anything, and what it may change. */
  @BeforeEach
  void makeActor() {
    actorRole = admin.subjectWith(ABILITIES);
    target = admin.subjectWith("get-views");
    String name = "actor of " + actorRole;
    long end = server.clock().instant().plusSeconds(600).toEpochMilli();
    actor =
        new Access(
            server.api(),
            server
                .api()
                .created(
                    admin.token(),
                    "{\"name\":\"%s\",\"roles\":[\"%s\"],\"expiryDate\":%d}"
                        .formatted(name, actorRole, end)));
    actorId = server.api().idOf(admin.token(), name);
    admin.withRole(target);
    targetId = server.api().idOf(admin.token(), "of " + target);
  }

  /** Every operation that changes something. */
  enum Operation {
    CREATE_TOKEN("POST", "/api/security/tokens", "{\"name\":\"new\",\"roles\":[\"%s\"]}"),
    CREATE_TOKEN_WITH_SUBJECT(
        "POST",
        "/api/security/tokens",
        "{\"name\":\"new\",\"roles\":[\"own of %1$s\"],\"dedicatedSubject\":\"own of %1$s\"}"),
    DELETE_TOKEN("DELETE", "/api/security/tokens/%2$s", null),
    PUT_SUBJECT("PUT", "/api/security/subjects/new-%1$s", "{\"query\":\"x\",\"version\":\"1\"}"),
    CHANGE_SUBJECT("PUT", "/api/security/subjects/%1$s", "{\"query\":\"x\",\"version\":\"1\"}"),
    DELETE_SUBJECT("DELETE", "/api/security/subjects/%1$s", null),
    GRANT("POST", "/api/security/permissions/%1$s", "{\"permission\":\"update-permissions\"}"),
    REVOKE("DELETE", "/api/security/permissions/%1$s?permission=get-views", null);

    private final String method;
    private final String path;
    private final String body;

    Operation(String method, String path, String body) {
      this.method = method;
      this.path = path;
      this.body = body;
    }
  }

  /** Every way in which a token loses what it could do. */
  enum Loss {
    DELETED(401),
    EXPIRED(401),
    PERMISSIONS_REVOKED(403),
    SUBJECT_DELETED(403);

    private final int status;

    Loss(int status) {
      this.status = status;
    }
  }

  static Stream<Arguments> bodiesAndLosses() {
    return Stream.of(Operation.values())
        .filter(operation -> operation.body != null)
        .flatMap(operation -> Stream.of(Loss.values()).map(loss -> Arguments.of(operation, loss)));
  }

  @ParameterizedTest
  @MethodSource("bodiesAndLosses")
  void refusesARequestThatWasParked(Operation operation, Loss loss) throws IOException {
    String body = operation.body.formatted(target);
    try (ParkedRequest parked = new ParkedRequest(operation, body)) {
      lose(loss);
      List<String> before = DATABASE.texts(STATE);

      String answer = parked.finish();

      assertThat(answer).startsWith("HTTP/1.1 " + loss.status);
      assertThat(answer.contains("ApiKey realm=\"service-tokens\"")).isEqualTo(loss.status == 401);
      assertThat(DATABASE.texts(STATE)).isEqualTo(before);
    }
  }

  @ParameterizedTest
  @EnumSource(Operation.class)
  void makesAChangeOfALiveActor(Operation operation) {
    List<String> before = DATABASE.texts(STATE);

    assertThat(perform(operation).statusCode()).isBetween(200, 204);

    assertThat(DATABASE.texts(STATE)).isNotEqualTo(before);
  }

  /** The deletion has been made, is not committed yet, and nobody can say how it will end. */
  @ParameterizedTest
  @EnumSource(Operation.class)
  void waitsForADeletionThatIsUnderWay(Operation operation) throws Exception {
    try (Connection other = begin();
        Statement statement = other.createStatement()) {
      statement.execute("DELETE FROM service_token WHERE id = " + actorId);
      CompletableFuture<HttpResponse<String>> answer = performAside(operation);
      awaitWaiting(1);
      other.commit();
      List<String> before = DATABASE.texts(STATE);

      assertThat(answer.join().statusCode()).isEqualTo(401);
      assertThat(DATABASE.texts(STATE)).isEqualTo(before);
    }
  }

  @ParameterizedTest
  @EnumSource(Operation.class)
  void goesOnWhenADeletionIsRolledBack(Operation operation) throws Exception {
    try (Connection other = begin();
        Statement statement = other.createStatement()) {
      statement.execute("DELETE FROM service_token WHERE id = " + actorId);
      CompletableFuture<HttpResponse<String>> answer = performAside(operation);
      awaitWaiting(1);
      other.rollback();

      assertThat(answer.join().statusCode()).isBetween(200, 204);
    }
  }

  @ParameterizedTest
  @EnumSource(Operation.class)
  void waitsForARevocationThatIsUnderWay(Operation operation) throws Exception {
    try (Connection other = begin();
        Statement statement = other.createStatement()) {
      statement.execute("SELECT FROM subject WHERE handle = '%s' FOR UPDATE".formatted(actorRole));
      statement.execute("DELETE FROM subject_permission WHERE subject = '%s'".formatted(actorRole));
      CompletableFuture<HttpResponse<String>> answer = performAside(operation);
      awaitWaiting(1);
      other.commit();
      List<String> before = DATABASE.texts(STATE);

      assertThat(answer.join().statusCode()).isEqualTo(403);
      assertThat(DATABASE.texts(STATE)).isEqualTo(before);
    }
  }

  @ParameterizedTest
  @EnumSource(Operation.class)
  void waitsForTheDeletionOfASubjectThatIsUnderWay(Operation operation) throws Exception {
    try (Connection other = begin();
        Statement statement = other.createStatement()) {
      statement.execute("DELETE FROM subject WHERE handle = '%s'".formatted(actorRole));
      CompletableFuture<HttpResponse<String>> answer = performAside(operation);
      awaitWaiting(1);
      other.commit();
      List<String> before = DATABASE.texts(STATE);

      assertThat(answer.join().statusCode()).isEqualTo(403);
      assertThat(DATABASE.texts(STATE)).isEqualTo(before);
    }
  }

  /** Who waits for a lock until after its end is as dead as who comes after its end. */
  @Test
  void asksTheClockWhenItHasItsLocks() throws Exception {
    try (Connection other = begin();
        Statement statement = other.createStatement()) {
      statement.execute("SELECT FROM service_token WHERE id = %s FOR UPDATE".formatted(actorId));
      CompletableFuture<HttpResponse<String>> answer = performAside(Operation.CREATE_TOKEN);
      awaitWaiting(1);
      server.clock().move(Duration.ofSeconds(600));
      other.commit();

      assertThat(answer.join().statusCode()).isEqualTo(401);
    }
  }

  static Stream<Arguments> operationsAndLosses() {
    return Stream.of(Operation.values())
        .flatMap(
            operation ->
                Stream.of(Loss.DELETED, Loss.PERMISSIONS_REVOKED, Loss.SUBJECT_DELETED)
                    .map(loss -> Arguments.of(operation, loss)));
  }

  /** The other order: what takes the actor's right away is told to be done after the change. */
  @ParameterizedTest
  @MethodSource("operationsAndLosses")
  void isWaitedForByWhatTakesItsRightAway(Operation operation, Loss loss) throws Exception {
    try (Connection other = begin();
        Statement statement = other.createStatement()) {
      statement.execute("LOCK TABLE audit_event IN SHARE MODE");
      CompletableFuture<HttpResponse<String>> answer = performAside(operation);
      awaitWaiting(1);
      CompletableFuture<Void> lost = CompletableFuture.runAsync(() -> lose(loss), aside());
      awaitWaiting(2);
      assertThat(DATABASE.texts("SELECT id FROM service_token WHERE id = " + actorId)).hasSize(1);
      other.commit();

      assertThat(answer.join().statusCode()).isBetween(200, 204);
      lost.join();
      assertThat(perform(Operation.CREATE_TOKEN).statusCode()).isEqualTo(loss.status);
    }
  }

  @Test
  void deletesItself() {
    assertThat(server.api().delete(actor.token(), actorId).statusCode()).isEqualTo(204);
    assertThat(perform(Operation.CREATE_TOKEN).statusCode()).isEqualTo(401);
  }

  @Test
  void tellsTheAuditWhoseRequestWasRefused() throws IOException {
    AuditLog log = new AuditLog(server.api(), admin.token());
    int before = refusalsOf(log).size();
    try (ParkedRequest parked =
        new ParkedRequest(Operation.CREATE_TOKEN, Operation.CREATE_TOKEN.body.formatted(target))) {
      lose(Loss.DELETED);
      parked.finish();
    }

    await().atMost(LIMIT).until(() -> refusalsOf(log).size() > before);
    assertThat(refusalsOf(log))
        .allSatisfy(event -> assertThat(event).isEqualTo("unknown " + actorId));
  }

  private List<String> refusalsOf(AuditLog log) {
    return log.ofAction("authentication.failed").stream()
        .filter(event -> event.path("target").asText().equals(actorId))
        .map(event -> event.get("reason").asText() + " " + event.get("target").asText())
        .toList();
  }

  /** Whoever comes second is dead when it is its turn, and a circle of waiting has no fault. */
  @Test
  void letsOneOfTwoAdministratorsDeleteTheOther() throws Exception {
    for (int round = 0; round < 15; round++) {
      Map<String, String> tokensById = new HashMap<>();
      for (String name : List.of("left " + round, "right " + round)) {
        String token = admin.api().createdWithRole(admin.token(), name, actorRole);
        tokensById.put(admin.api().idOf(admin.token(), name), token);
      }
      List<String> ids = new ArrayList<>(tokensById.keySet());
      List<Callable<Integer>> deletions =
          List.of(
              () -> admin.api().delete(tokensById.get(ids.get(0)), ids.get(1)).statusCode(),
              () -> admin.api().delete(tokensById.get(ids.get(1)), ids.get(0)).statusCode());

      assertThat(statuses(deletions)).containsExactlyInAnyOrder(204, 401);
    }
  }

  /** Everything at once on few rows: whatever the order, each is done or refused, none fails. */
  @Test
  void meetsNoDeadlock() throws Exception {
    for (int round = 0; round < 10; round++) {
      String own = "own " + round;
      admin
          .api()
          .created(
              admin.token(),
              "{\"name\":\"%1$s\",\"roles\":[\"%1$s\",\"%2$s\"],\"dedicatedSubject\":\"%1$s\"}"
                  .formatted(own, actorRole));
      String ownId = admin.api().idOf(admin.token(), own);
      List<Callable<Integer>> all = new ArrayList<>();
      for (Operation operation : Operation.values()) {
        all.add(() -> perform(operation).statusCode());
      }
      all.add(() -> admin.delete(own).statusCode());
      all.add(() -> actor.grant(own, "get-views", "system").statusCode());
      all.add(() -> actor.grant(actorRole, "get-views", "x").statusCode());
      all.add(() -> actor.revoke(actorRole, "get-views", "x").statusCode());
      all.add(() -> admin.api().delete(actor.token(), ownId).statusCode());
      all.add(() -> admin.delete(actorRole).statusCode());

      assertThat(statuses(all)).isSubsetOf(200, 204, 400, 401, 403, 404);
      makeActor();
    }
  }

  private static List<Integer> statuses(List<Callable<Integer>> calls) throws Exception {
    try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
      List<Integer> statuses = new ArrayList<>();
      for (Future<Integer> status : threads.invokeAll(calls)) {
        statuses.add(status.get());
      }
      return statuses;
    }
  }

  private void lose(Loss loss) {
    switch (loss) {
      case DELETED ->
          assertThat(server.api().delete(admin.token(), actorId).statusCode()).isEqualTo(204);
      case EXPIRED -> server.clock().move(Duration.ofSeconds(600));
      case PERMISSIONS_REVOKED -> {
        for (String permission : ABILITIES) {
          assertThat(admin.revoke(actorRole, permission, "system").statusCode()).isEqualTo(200);
        }
      }
      case SUBJECT_DELETED -> assertThat(admin.delete(actorRole).statusCode()).isEqualTo(200);
    }
  }

  private HttpResponse<String> perform(Operation operation) {
    String path = operation.path.formatted(target, targetId);
    return operation.body == null
        ? server.api().send(operation.method, path, actor.token())
        : server
            .api()
            .send(operation.method, path, actor.token(), operation.body.formatted(target));
  }

  private CompletableFuture<HttpResponse<String>> performAside(Operation operation) {
    Supplier<HttpResponse<String>> call = () -> perform(operation);
    return CompletableFuture.supplyAsync(call, aside());
  }

  private static Executor aside() {
    return task -> Thread.ofVirtual().start(task);
  }

  private static Connection begin() throws SQLException {
    Connection connection = DATABASE.connect();
    connection.setAutoCommit(false);
    return connection;
  }

  /** Waits until so many changes wait for a lock; what else waits has not locked any token. */
  private static void awaitWaiting(int changes) {
    await()
        .atMost(LIMIT)
        .until(
            () ->
                DATABASE
                        .texts(
                            """
                            SELECT DISTINCT waiting.pid
                            FROM pg_locks AS waiting
                            JOIN pg_locks AS held ON held.pid = waiting.pid
                            WHERE NOT waiting.granted
                              AND held.relation = 'service_token'::regclass
                            """)
                        .size()
                    >= changes);
  }

  /** A request of the actor's of which the server has the head and half the body. */
  private final class ParkedRequest implements AutoCloseable {

    private final Socket socket;
    private final byte[] body;

    /** Returns when the server knows who asks: it has then taken the actor into its memory. */
    ParkedRequest(Operation operation, String body) throws IOException {
      double known = known();
      this.body = body.getBytes(US_ASCII);
      this.socket = new Socket(server.uri().getHost(), server.uri().getPort());
      socket.setSoTimeout((int) LIMIT.toMillis());
      String head =
          """
          %s %s HTTP/1.1
          Host: localhost
          X-API-Key: %s
          Content-Type: application/json
          Content-Length: %d
          Connection: close

          """
              .formatted(
                  operation.method,
                  operation.path.formatted(target, targetId),
                  actor.token(),
                  this.body.length);
      socket.getOutputStream().write(head.replace("\n", "\r\n").getBytes(US_ASCII));
      socket.getOutputStream().write(this.body, 0, this.body.length / 2);
      await().atMost(LIMIT).until(() -> known() > known);
    }

    String finish() throws IOException {
      socket.getOutputStream().write(body, body.length / 2, body.length - body.length / 2);
      try (InputStream answer = socket.getInputStream()) {
        return new String(answer.readAllBytes(), US_ASCII);
      }
    }

    @Override
    public void close() throws IOException {
      socket.close();
    }

    private static double known() {
      return server.bean(MeterRegistry.class).get("service_tokens_cache_tokens").gauge().value();
    }
  }
}
