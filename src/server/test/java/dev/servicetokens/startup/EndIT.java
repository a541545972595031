package dev.servicetokens.startup;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.servicetokens.fixtures.PackagedServer;
import java.io.IOException;
import java.net.ConnectException;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A server that is told to end, as each deployment of a new version does. */
final class EndIT {

  private static final String BODY = "{\"name\":\"late\",\"roles\":[\"stackstate-guest\"]}";
  private static final int HALF = BODY.length() / 2;

  /** What a server does at its end, beside its requests; on a busy machine. */
  private static final Duration REST_OF_THE_END = Duration.ofSeconds(15);

  private static final Pattern LENGTH =
      Pattern.compile("content-length: (\\d+)", Pattern.CASE_INSENSITIVE);

  @TempDir private Path folder;

  @Test
  void finishesARequestWhoseBodyStillArrives() throws Exception {
    try (PackagedServer server = PackagedServer.start(folder);
        Socket begun = begin(server)) {
      begun.getOutputStream().write(BODY.substring(0, HALF).getBytes(UTF_8));
      awaitAnswers(server);

      server.terminate();
      await().atMost(Duration.ofSeconds(10)).until(() -> refusesConnections(server));
      begun.getOutputStream().write(BODY.substring(HALF).getBytes(UTF_8));

      String answer = new String(begun.getInputStream().readAllBytes(), UTF_8);
      assertThat(answer).startsWith("HTTP/1.1 200 ").contains("\"name\":\"late\"");
      assertThat(server.exitCode()).isEqualTo(128 + 15);
    }
  }

  /**
   * A client that never finishes what it has begun, or does nothing at all, keeps nobody waiting.
   */
  @Test
  void endsInTimeWhateverItsClientsDo() throws Exception {
    List<Socket> clients = new ArrayList<>();
    try (PackagedServer server = PackagedServer.start(folder)) {
      for (int i = 0; i < 10; i++) {
        clients.add(connect(server));
        Socket halfHead = connect(server);
        halfHead.getOutputStream().write("GET /api/server/st".getBytes(UTF_8));
        clients.add(halfHead);
        Socket halfBody = begin(server);
        halfBody.getOutputStream().write(BODY.substring(0, HALF).getBytes(UTF_8));
        clients.add(halfBody);
      }
      awaitAnswers(server);

      long told = System.nanoTime();
      assertThat(server.stop()).isEqualTo(128 + 15);

      assertThat(Duration.ofNanos(System.nanoTime() - told))
          .isLessThan(REST_OF_THE_END.plusSeconds(10));
    } finally {
      for (Socket client : clients) {
        client.close();
      }
    }
  }

  /** Whoever sends it requests has so long to notice; somebody in a hurry says so twice. */
  @Test
  void goesOnForTheTimeOfTheDrainWithoutBeingReady() throws Exception {
    try (PackagedServer server =
            PackagedServer.start(folder, Map.of("SERVICE_TOKENS_DRAIN", "10m"));
        Socket kept = connect(server)) {
      assertThat(answer(kept, "/health/readiness"))
          .startsWith("HTTP/1.1 200 ")
          .doesNotContainIgnoringCase("connection: close");
      server.terminate();
      await().atMost(Duration.ofSeconds(10)).until(() -> isNotReady(server));

      assertThat(answer(kept, "/health/liveness"))
          .startsWith("HTTP/1.1 200 ")
          .containsIgnoringCase("connection: close");
      assertThat(kept.getInputStream().read()).as("the end").isEqualTo(-1);
      try (Socket other = connect(server)) {
        assertThat(answer(other, "/api/openapi.yaml"))
            .startsWith("HTTP/1.1 200 ")
            .containsIgnoringCase("connection: close");
      }

      long told = System.nanoTime();
      assertThat(server.stop()).isEqualTo(128 + 15);
      assertThat(Duration.ofNanos(System.nanoTime() - told)).isLessThan(REST_OF_THE_END);
      assertThat(server.errors()).contains("requests are taken for 600 s");
    }
  }

  private static boolean isNotReady(PackagedServer server) throws IOException {
    try (Socket socket = connect(server)) {
      return answer(socket, "/health/readiness").startsWith("HTTP/1.1 503 ");
    }
  }

  /** The head of the answer, if its body follows at once. */
  private static String answer(Socket socket, String path) throws IOException {
    socket
        .getOutputStream()
        .write("GET %s HTTP/1.1\r\nHost: localhost\r\n\r\n".formatted(path).getBytes(UTF_8));
    StringBuilder head = new StringBuilder();
    while (head.indexOf("\r\n\r\n") < 0) {
      head.append((char) socket.getInputStream().read());
    }
    Matcher length = LENGTH.matcher(head);
    assertThat(length.find()).isTrue();
    socket.getInputStream().skipNBytes(Long.parseLong(length.group(1)));
    return head.toString();
  }

  private Socket begin(PackagedServer server) throws IOException {
    Socket socket = connect(server);
    String token = Files.readString(folder.resolve("admin-token")).strip();
    socket
        .getOutputStream()
        .write(
            "POST /api/security/tokens HTTP/1.1\r\nHost: localhost\r\nX-API-Key: %s\r\nContent-Type: application/json\r\nContent-Length: %d\r\n\r\n"
                .formatted(token, BODY.length())
                .getBytes(UTF_8));
    return socket;
  }

  /** By then it has read what came before on other connections. */
  private static void awaitAnswers(PackagedServer server) throws IOException {
    for (int i = 0; i < 10; i++) {
      try (Socket other = connect(server)) {
        other
            .getOutputStream()
            .write("GET /health/liveness HTTP/1.1\r\nHost: localhost\r\n\r\n".getBytes(UTF_8));
        assertThat(other.getInputStream().read()).isEqualTo('H');
      }
    }
  }

  private static boolean refusesConnections(PackagedServer server) throws IOException {
    try (Socket _ = connect(server)) {
      return false;
    } catch (ConnectException e) {
      return true;
    }
  }

  private static Socket connect(PackagedServer server) throws IOException {
    return new Socket(server.url().getHost(), server.url().getPort());
  }
}
