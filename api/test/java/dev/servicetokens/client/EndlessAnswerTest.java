package dev.servicetokens.client;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.servicetokens.client.invoker.ApiException;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.time.Duration;
import java.util.zip.GZIPOutputStream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A server, or what pretends to be one, may send without an end: that must not eat the memory. */
class EndlessAnswerTest {

  private static final byte[] MEBIBYTE = " ".repeat(1 << 20).getBytes(US_ASCII);

  @FunctionalInterface
  private interface Answer {
    void write(OutputStream out) throws IOException;
  }

  /** Answers one request, until it is done or the client has gone; tells how much it sent. */
  private static final class RawServer implements AutoCloseable {

    private final ServerSocket listener = new ServerSocket(0, 1, InetAddress.getLoopbackAddress());
    private final Thread thread;
    private volatile @Nullable Socket client;
    private volatile boolean gone;

    RawServer(Answer answer) throws IOException {
      this.thread = new Thread(() -> serve(answer));
      thread.setDaemon(true);
      thread.start();
    }

    private void serve(Answer answer) {
      try (Socket socket = listener.accept()) {
        client = socket;
        socket.getInputStream().read(new byte[8192]);
        answer.write(socket.getOutputStream());
      } catch (IOException e) {
        gone = true;
      }
    }

    String url() {
      return "http://localhost:" + listener.getLocalPort();
    }

    @Override
    public void close() throws IOException {
      listener.close();
      if (client != null) {
        client.close();
      }
    }
  }

  private static ServiceTokensError list(RawServer server) {
    var client =
        ServiceTokensClient.builder(server.url())
            .serviceToken("svctok-x")
            .requestTimeout(Duration.ofMinutes(5))
            .build();
    return ServiceTokensError.from(
        catchThrowableOfType(ApiException.class, () -> client.serviceTokens().listServiceTokens()));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "200 OK\r\nContent-Length: 1000000000000",
        "200 OK\r\nTransfer-Encoding: chunked",
        "200 OK\r\nConnection: close",
        "404 Not Found\r\nTransfer-Encoding: chunked"
      })
  void isGivenUp(String head) throws Exception {
    try (var server =
        new RawServer(
            out -> {
              out.write(("HTTP/1.1 " + head + "\r\n\r\n").getBytes(US_ASCII));
              while (true) {
                out.write("100000\r\n".getBytes(US_ASCII));
                out.write(MEBIBYTE);
                out.write("\r\n".getBytes(US_ASCII));
              }
            })) {
      assertThat(list(server))
          .isEqualTo(
              new ServiceTokensError.Unreadable(
                  "The answer is larger than %d MiB; check the URL, or ask for less of a list"
                      .formatted(head.startsWith("2") ? 64 : 1)));
      server.thread.join();
      assertThat(server.gone).isTrue();
    }
  }

  @Test
  void isGivenUpInItsHead() throws Exception {
    try (var server =
        new RawServer(
            out -> {
              out.write("HTTP/1.1 200 OK\r\n".getBytes(US_ASCII));
              while (true) {
                out.write("X: y\r\n".getBytes(US_ASCII));
              }
            })) {
      assertThat(list(server)).isInstanceOf(ServiceTokensError.Unreachable.class);
    }
  }

  /** Half a megabyte that whoever reads it makes half a gigabyte of. */
  @Test
  void isGivenUpWhenItWouldInflateTooFar() throws Exception {
    ByteArrayOutputStream small = new ByteArrayOutputStream();
    try (var zip = new GZIPOutputStream(small)) {
      for (int i = 0; i < 65; i++) {
        zip.write(MEBIBYTE);
      }
    }
    String head = "HTTP/1.1 200 OK\r\nContent-Encoding: gzip\r\nContent-Length: ";
    try (var server =
        new RawServer(
            out -> {
              out.write((head + small.size() + "\r\n\r\n").getBytes(US_ASCII));
              small.writeTo(out);
              out.flush();
            })) {
      assertThat(list(server)).isInstanceOf(ServiceTokensError.Unreadable.class);
    }
  }

  /** Each byte comes in time, the answer never. */
  @Test
  void isGivenUpWhenItDrips() throws Exception {
    try (var server =
        new RawServer(
            out -> {
              out.write("HTTP/1.1 200 OK\r\nConnection: close\r\n\r\n[".getBytes(US_ASCII));
              while (true) {
                out.write(' ');
                out.flush();
                Thread.onSpinWait();
              }
            })) {
      var client =
          ServiceTokensClient.builder(server.url()).requestTimeout(Duration.ofMillis(200)).build();

      assertThat(
              ServiceTokensError.from(
                  catchThrowableOfType(
                      ApiException.class, () -> client.serviceTokens().listServiceTokens())))
          .isEqualTo(new ServiceTokensError.Unreachable("no complete answer in time; try again"));
    }
  }
}
