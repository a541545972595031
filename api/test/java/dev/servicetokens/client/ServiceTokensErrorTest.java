package dev.servicetokens.client;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.servicetokens.client.invoker.ApiException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;

class ServiceTokensErrorTest {

  private static final String TOKEN = "svctok-0123456789abcdefABCDEF";

  @Test
  void readsMessageStatusAndTrackingKey() {
    assertThat(
            errorFor(
                404,
                """
                {"_type":"ErrorsResponse","trackingKey":"key-1","serverTimestamp":1,
                 "errors":[{"_type":"InternalError","message":"No such token.","errorCode":2}]}
                """))
        .isEqualTo(new ServiceTokensError.Refused(404, "No such token.", "key-1"));
  }

  @Test
  void readsRefusedExpiry() {
    assertThat(
            errorFor(400, "{\"_type\":\"ServiceTokenInvalidExpiryError\",\"message\":\"Past.\"}"))
        .isEqualTo(new ServiceTokensError.Refused(400, "Past.", null));
  }

  @Test
  void survivesBodiesOfOtherServers() {
    assertThat(errorFor(502, "<html>Bad Gateway</html>"))
        .isEqualTo(errorFor(502, ""))
        .isEqualTo(
            new ServiceTokensError.Refused(
                502, "The server answered with the status 502 and no explanation", null));
  }

  /** Jackson quotes what it cannot read, and that may be a token. */
  @Test
  void quotesNothingOfAnUnreadableAnswer() {
    assertThat(errorFor(200, TOKEN))
        .isInstanceOfSatisfying(
            ServiceTokensError.Unreadable.class,
            error -> assertThat(error.message()).doesNotContain("svctok"));
  }

  @Test
  void saysThatNobodyListens() throws IOException {
    int port;
    try (var socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      port = socket.getLocalPort();
    }
    assertThat(errorAt("http://localhost:" + port, Duration.ofSeconds(60)))
        .isInstanceOf(ServiceTokensError.Unreachable.class)
        .extracting(ServiceTokensError::message)
        .asString()
        .startsWith("connection refused");
  }

  @Test
  void saysThatHostIsUnknown() {
    assertThat(errorAt("http://nobody.invalid", Duration.ofSeconds(60)).message())
        .startsWith("unknown host name");
  }

  /** Now and then the JDK's client overlooks a plain answer, and only the time-out ends that. */
  @Test
  void saysThatServerDoesNotSpeakTls() throws IOException {
    String message = "";
    for (int i = 0; i < 10 && !message.contains("check http and https"); i++) {
      try (var plain = new HalfAnswer()) {
        message = errorAt("https://localhost:" + plain.port(), Duration.ofSeconds(5)).message();
      }
    }
    assertThat(message).contains("check http and https");
  }

  /** The JDK's time-out ends with the headers; a body that never ends must not hold the caller. */
  @Test
  void endsAnswerThatStopsInTheMiddle() throws IOException {
    try (var stalled = new HalfAnswer()) {
      assertThat(errorAt("http://localhost:" + stalled.port(), Duration.ofMillis(500)))
          .isEqualTo(new ServiceTokensError.Unreachable("no complete answer in time; try again"));
    }
  }

  private static ServiceTokensError errorFor(int status, String body) {
    try (var server = new AnsweringServer(status, body)) {
      return errorAt(server.url(), Duration.ofSeconds(60));
    }
  }

  private static ServiceTokensError errorAt(String url, Duration timeout) {
    var client =
        ServiceTokensClient.builder(url)
            .serviceToken(TOKEN)
            .connectTimeout(Duration.ofSeconds(60))
            .requestTimeout(timeout)
            .build();
    ApiException exception =
        catchThrowableOfType(ApiException.class, () -> client.serviceTokens().listServiceTokens());
    return ServiceTokensError.from(exception);
  }

  /** Answers the first request with the beginning of an answer, then waits. */
  private static final class HalfAnswer implements AutoCloseable {

    private final ServerSocket listening;
    private final CompletableFuture<Socket> answered;

    HalfAnswer() throws IOException {
      listening = new ServerSocket(0, 1, InetAddress.getLoopbackAddress());
      answered = CompletableFuture.supplyAsync(this::answer);
    }

    int port() {
      return listening.getLocalPort();
    }

    private Socket answer() {
      String half = "HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\n[";
      try {
        Socket socket = listening.accept();
        assertThat(socket.getInputStream().read()).isPositive();
        socket.getOutputStream().write(half.getBytes(StandardCharsets.US_ASCII));
        return socket;
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }

    @Override
    public void close() throws IOException {
      answered.join().close();
      listening.close();
    }
  }
}
