package dev.servicetokens.web.connection;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.servicetokens.fixtures.PackagedServer;
import dev.servicetokens.fixtures.RawConnection;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * A server with little memory, and attackers without a token who ask much and read nothing, or who
 * ask slowly: whoever else calls is answered within a second, and no memory is lost. Every attack
 * is made twice, by as many as it takes to fill the memory if each had what one of them had once.
 */
final class UntakenAnswersIT {

  private static final Duration WITHIN = Duration.ofSeconds(1);

  @TempDir static Path folder;

  private static PackagedServer server;
  private static String token;

  @BeforeAll
  static void start() throws IOException {
    server =
        PackagedServer.start(
            folder,
            Map.of(
                "JAVA_TOOL_OPTIONS", "-Xmx128m -XX:MaxDirectMemorySize=32m",
                "SERVICE_TOKENS_METRICS_OPEN", "true"));
    token = Files.readString(folder.resolve("admin-token")).strip();
  }

  @AfterAll
  static void stop() {
    server.close();
  }

  /**
   * An attack: how many connect, and what each sends.
   *
   * @param connections how many connect
   * @param bytes what each sends
   */
  private record Attack(String name, int connections, String bytes) {
    @Override
    public String toString() {
      return name;
    }
  }

  static Stream<Attack> attacks() {
    String host = "Host: localhost\r\n";
    String post = "POST /api/security/tokens HTTP/1.1\r\n" + host;
    return Stream.of(
        pipelined("a large file", "GET /docs/swagger-ui-bundle.js HTTP/1.1\r\n" + host),
        pipelined("a style sheet", "GET /docs/swagger-ui.css HTTP/1.1\r\n"),
        pipelined("the contract", "GET /api/openapi.yaml HTTP/1.1\r\n" + host),
        pipelined("metrics", "GET /prometheus HTTP/1.1\r\n" + host),
        pipelined("heads of a large file", "HEAD /docs/swagger-ui-bundle.js HTTP/1.1\r\n" + host),
        pipelined("refusals", "GET /api/security/tokens HTTP/1.1\r\n" + host),
        new Attack("small refusals", 200, "GET /x HTTP/1.1\r\n\r\n".repeat(50_000)),
        new Attack("broken requests", 200, "\u0001 / x\r\n\r\n".repeat(50_000)),
        new Attack("silence", 1500, ""),
        new Attack("half a head", 1500, "GET /x HTTP/1.1\r\nX: " + "x".repeat(7000)),
        new Attack(
            "bodies without a token",
            500,
            post + "Content-Length: 900000\r\n\r\n" + "x".repeat(800_000)),
        new Attack(
            "bodies in small chunks",
            200,
            post + "Transfer-Encoding: chunked\r\n\r\n" + "1\r\nx\r\n".repeat(150_000)),
        new Attack(
            "bodies that nobody wants",
            500,
            "GET /health/liveness HTTP/1.1\r\n"
                + host
                + "Content-Length: 900000\r\n\r\n"
                + "x".repeat(800_000)),
        new Attack(
            "bodies that are announced",
            1500,
            post + "Expect: 100-continue\r\nContent-Length: 900000\r\n\r\n"));
  }

  private static Attack pipelined(String name, String request) {
    return new Attack(name, 150, (request + "\r\n").repeat(200));
  }

  @ParameterizedTest
  @MethodSource("attacks")
  void leaveTheServerToOthers(Attack attack) throws Exception {
    for (int round = 0; round < 2; round++) {
      List<SocketChannel> attackers = new ArrayList<>();
      try {
        for (int i = 0; i < attack.connections(); i++) {
          attackers.add(connect());
          send(attackers.getLast(), attack.bytes());
          if (i % 50 == 0) {
            assertServed();
          }
        }
        for (int i = 0; i < 5; i++) {
          assertServed();
        }
      } finally {
        for (SocketChannel attacker : attackers) {
          attacker.close();
        }
      }
      assertServed();
    }
    assertThat(server.errors()).doesNotContain("OutOfMemory", "Exception");
  }

  /** The requests of somebody with a token, whose answers are large, too, are in nobody's way. */
  @Test
  void areNoneOfAnHonestClient() throws Exception {
    try (HttpClient client = HttpClient.newHttpClient()) {
      for (String path : List.of("/docs/swagger-ui-bundle.js", "/api/openapi.yaml")) {
        byte[] whole =
            client
                .send(
                    HttpRequest.newBuilder(server.url().resolve(path)).build(),
                    BodyHandlers.ofByteArray())
                .body();
        assertThat(whole.length).isGreaterThan(20_000);
        try (SocketChannel slow = connect()) {
          send(slow, "GET " + path + " HTTP/1.1\r\nHost: localhost\r\n\r\n");
          ByteBuffer received = ByteBuffer.allocate(whole.length);
          slow.configureBlocking(true);
          while (received.hasRemaining()) {
            assertThat(slow.read(received)).isPositive();
          }
          assertThat(new String(received.array(), US_ASCII)).startsWith("HTTP/1.1 200 ");
        }
      }
    }
  }

  private static void assertServed() {
    await()
        .atMost(Duration.ofSeconds(5))
        .until(
            () -> {
              long begin = System.nanoTime();
              assertThat(status()).isEqualTo(200);
              return Duration.ofNanos(System.nanoTime() - begin).compareTo(WITHIN) < 0;
            });
  }

  /**
   * On a connection of its own, as a new client has. Not by an HTTP client of Java's: on a busy
   * machine one takes longer to be made and to be closed than the server to answer.
   */
  private static int status() {
    try (RawConnection connection = RawConnection.to(server.url())) {
      String request = "GET /api/server/status HTTP/1.1\r\nHost: a\r\nX-API-Key: %s\r\n\r\n";
      return connection.send(request.formatted(token)).read().status();
    }
  }

  private static SocketChannel connect() throws IOException {
    URI uri = server.url();
    SocketChannel channel = SocketChannel.open(new InetSocketAddress(uri.getHost(), uri.getPort()));
    channel.configureBlocking(false);
    return channel;
  }

  /** As much of it as the server takes; one that refuses more has had enough. */
  private static void send(SocketChannel channel, String text) {
    ByteBuffer bytes = ByteBuffer.wrap(text.getBytes(US_ASCII));
    try {
      while (bytes.hasRemaining() && channel.write(bytes) > 0) {
        Thread.onSpinWait();
      }
    } catch (IOException e) {
      assertThat(channel.isOpen()).isTrue();
    }
  }
}
