package dev.servicetokens.token.http;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import dev.servicetokens.fixtures.Json;
import dev.servicetokens.fixtures.TestDatabase;
import dev.servicetokens.fixtures.TestServer;
import java.io.IOException;
import java.io.InputStream;
import java.net.Socket;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.sql.Connection;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/**
 * The plain list of 100 000 tokens, some 20 MB: far more than a connection holds on its way, so
 * that a client which does not read shows what the server has read ahead.
 */
final class LongListTest {

  private static final int COUNT = 100_000;

  /** Long enough for the server to do what it must not. */
  private static final Duration A_WHILE = Duration.ofSeconds(2);

  private static final TestDatabase DATABASE = TestDatabase.create();

  private static TestServer server;
  private static HttpClient client;

  @BeforeAll
  static void start() {
    server = TestServer.start(DATABASE, Map.of());
    client = HttpClient.newHttpClient();
  }

  @AfterAll
  static void stop() {
    client.shutdownNow();
    server.close();
  }

  @BeforeEach
  void fill() {
    DATABASE.execute(
        """
        INSERT INTO service_token (id, name, description, roles, created_at, updated_at)
        SELECT 100000000000000 + n,
               'n' || lpad((n * 7919 % 100000)::text, 5, '0'),
               'made for a long list',
               '{stackstate-guest}',
               now(),
               now()
        FROM generate_series(0, 99999) AS n
        ON CONFLICT (id) DO NOTHING
        """);
  }

  @Test
  void isOneArrayOfAllTokensInOrder() throws Exception {
    HttpResponse<InputStream> answer = open();

    assertThat(answer.statusCode()).isEqualTo(200);
    assertThat(answer.headers().firstValue("Content-Type")).contains("application/json");
    List<String> names = names(rest(answer));
    assertThat(names).hasSize(COUNT + 1).isSorted().doesNotHaveDuplicates();
  }

  /**
   * What is deleted after the first byte has come cannot be in memory if it is not in the answer.
   */
  @Test
  void isReadWhileItIsWrittenAndNoFasterThanItIsTaken() throws Exception {
    HttpResponse<InputStream> answer = open();
    int first = answer.body().read();

    DATABASE.execute("DELETE FROM service_token WHERE name >= 'n70000' COLLATE \"C\"");

    List<String> names = names((char) first + rest(answer));
    assertThat(names).hasSize(70_001).isSorted();
    assertThat(names.getLast()).isEqualTo("n69999");
  }

  /** Ten slow clients and a pool of eight: none may wait with a connection in hand. */
  @Test
  void keepsNoConnectionForThoseWhoDoNotRead() throws Exception {
    List<InputStream> slow = new ArrayList<>();
    for (int i = 0; i < 10; i++) {
      slow.add(open().body());
    }

    await().until(() -> busyConnections().isEmpty());
    assertThat(
            server.api().get("/api/security/tokens?limit=1", server.administrator()).statusCode())
        .isEqualTo(200);

    for (InputStream body : slow) {
      body.close();
    }
  }

  /** An array that is valid and too short would be taken for the truth. */
  @Test
  void breaksOffWhereTheDatabaseFails() throws Exception {
    HttpResponse<InputStream> answer = open();
    StringBuilder got = new StringBuilder();
    DATABASE.execute("ALTER TABLE service_token RENAME TO moved");
    try {
      assertThatThrownBy(() -> readInto(got, answer.body())).isInstanceOf(IOException.class);
    } finally {
      DATABASE.execute("ALTER TABLE moved RENAME TO service_token");
    }

    assertThat(got.toString()).startsWith("[{").doesNotEndWith("]");
    assertThat(server.api().get("/api/server/status", server.administrator()).statusCode())
        .isEqualTo(200);
  }

  /** A lock on the table makes whoever reads on wait, where it can be seen. */
  @Test
  void readsNoMoreForAClientThatHasGone() throws Exception {
    HttpResponse<InputStream> stays = open();
    Socket goes = openSocket();
    await().during(A_WHILE).until(() -> busyConnections().isEmpty());
    try (Connection locking = DATABASE.connect();
        Statement statement = locking.createStatement()) {
      locking.setAutoCommit(false);
      statement.execute("LOCK TABLE service_token IN ACCESS EXCLUSIVE MODE");

      goes.close();
      await().during(A_WHILE).until(() -> waitingForALock().isEmpty());

      Thread reader = Thread.ofVirtual().start(() -> readQuietly(stays.body()));
      await().until(() -> waitingForALock().size() == 1);
      locking.rollback();
      reader.join();
    }
    await().until(() -> busyConnections().isEmpty());
  }

  /**
   * Interrupting whoever reads for a client that has gone would close the connection to the
   * database: callers could empty the pool by hanging up.
   */
  @Test
  void keepsTheConnectionOfAClientThatGoesWhileItsPageIsRead() throws Exception {
    Socket goes = openSocket();
    await().during(A_WHILE).until(() -> busyConnections().isEmpty());
    List<String> reading;
    try (Connection locking = DATABASE.connect();
        Statement statement = locking.createStatement()) {
      locking.setAutoCommit(false);
      statement.execute("LOCK TABLE service_token IN ACCESS EXCLUSIVE MODE");
      Thread.ofVirtual().start(() -> drain(goes));
      await().until(() -> waitingForALock().size() == 1);
      reading = waitingForALock();

      goes.close();

      await().during(A_WHILE).until(() -> waitingForALock().equals(reading));
      locking.rollback();
    }
    await().until(() -> busyConnections().isEmpty());
    assertThat(activity("state = 'idle'")).containsAll(reading);
  }

  private static HttpResponse<InputStream> open() throws Exception {
    HttpRequest request =
        HttpRequest.newBuilder(server.uri().resolve("/api/security/tokens"))
            .header("X-API-Key", server.administrator())
            .build();
    return client.send(request, BodyHandlers.ofInputStream());
  }

  /** Unread bytes make closing it a reset, as when a caller is killed. */
  private static Socket openSocket() throws IOException {
    Socket socket = new Socket(server.uri().getHost(), server.uri().getPort());
    socket
        .getOutputStream()
        .write(
            "GET /api/security/tokens HTTP/1.1\r\nHost: localhost\r\nX-API-Key: %s\r\n\r\n"
                .formatted(server.administrator())
                .getBytes(UTF_8));
    assertThat(socket.getInputStream().read()).isEqualTo('H');
    return socket;
  }

  private static String rest(HttpResponse<InputStream> answer) throws IOException {
    return new String(answer.body().readAllBytes(), UTF_8);
  }

  private static void readInto(StringBuilder got, InputStream body) throws IOException {
    byte[] buffer = new byte[65_536];
    for (int length = body.read(buffer); length >= 0; length = body.read(buffer)) {
      got.append(new String(buffer, 0, length, UTF_8));
    }
  }

  private static void readQuietly(InputStream body) {
    try {
      body.readAllBytes();
    } catch (IOException e) {
      throw new AssertionError(e);
    }
  }

  /** Takes what there is until the connection is closed. */
  private static void drain(Socket socket) {
    byte[] buffer = new byte[65_536];
    try {
      while (socket.getInputStream().read(buffer) >= 0) {
        Thread.onSpinWait();
      }
    } catch (IOException e) {
      assertThat(socket.isClosed()).isTrue();
    }
  }

  private static List<String> names(String array) {
    List<String> names = new ArrayList<>();
    for (JsonNode token : Json.read(array)) {
      names.add(token.get("name").asText());
    }
    return names;
  }

  private static List<String> busyConnections() {
    return activity("state <> 'idle'");
  }

  private static List<String> waitingForALock() {
    return activity("wait_event_type = 'Lock'");
  }

  private static List<String> activity(String condition) {
    return DATABASE.texts(
        """
        SELECT pid
        FROM pg_stat_activity
        WHERE datname = current_database()
          AND pid <> pg_backend_pid()
          AND application_name LIKE 'PostgreSQL JDBC%%'
          AND query NOT LIKE 'LOCK%%'
          AND %s
        """
            .formatted(condition));
  }
}
