package dev.servicetokens.web.connection;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;

import dev.servicetokens.fixtures.Json;
import dev.servicetokens.fixtures.TestServer;
import java.io.IOException;
import java.net.Socket;
import java.net.URI;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * A proxy and a server that find the end of a request in different places let a caller hide a
 * second request in the body of the first (RFC 9112, section 11.2). So a request whose end could be
 * found in two ways is refused, its connection closed, and nothing behind it read as a request.
 */
final class TransferEncodingTest {

  private static final int LONGEST_WAIT_MS = 20_000;

  /** Read as chunks it ends at once; read as a length or not at all, a request follows. */
  private static final String HIDDEN = "0\r\n\r\nGET /api/server/status HTTP/1.1\r\nHost: h\r\n";

  private static TestServer server;
  private static String admin;

  @BeforeAll
  static void start() {
    server = TestServer.start();
    admin = server.administrator();
  }

  @AfterAll
  static void stop() {
    server.close();
  }

  /** Header lines that say in two ways, or in an unknown one, where the body ends. */
  static Stream<List<String>> ambiguousFramings() {
    return Stream.of(
        List.of("Transfer-Encoding: xchunked"),
        List.of("Transfer-Encoding: chunkedx"),
        List.of("Transfer-Encoding: identity"),
        List.of("Transfer-Encoding: gzip"),
        List.of("Transfer-Encoding:"),
        List.of("Transfer-Encoding: ,"),
        List.of("Transfer-Encoding: chunked,"),
        List.of("Transfer-Encoding: ,chunked"),
        List.of("Transfer-Encoding: gzip, chunked"),
        List.of("Transfer-Encoding: chunked, gzip"),
        List.of("Transfer-Encoding: chunked, identity"),
        List.of("Transfer-Encoding: identity, chunked"),
        List.of("Transfer-Encoding: chunked, chunked"),
        List.of("Transfer-Encoding: chunked;q=1"),
        List.of("Transfer-Encoding: chunked;"),
        List.of("Transfer-Encoding: \"chunked\""),
        List.of("Transfer-Encoding: chunked chunked"),
        List.of("Transfer-Encoding: \u000bchunked"),
        List.of("Transfer-Encoding: chunked\u000b"),
        List.of("Transfer-Encoding: chunked\u0000"),
        List.of("Transfer-Encoding: \u00a0chunked"),
        List.of("Transfer-Encoding: chunked", "Transfer-Encoding: chunked"),
        List.of("Transfer-Encoding: gzip", "Transfer-Encoding: chunked"),
        List.of("Transfer-Encoding: chunked", "Transfer-Encoding: identity"),
        List.of("Transfer-Encoding: identity", "transfer-encoding: chunked"),
        List.of("Transfer-Encoding: chunked", "Transfer-Encoding: xchunked"),
        List.of("Transfer-Encoding : chunked"),
        List.of("Transfer-Encoding\t: chunked"),
        List.of("Transfer-Encoding:\r\n chunked"),
        List.of("Transfer-Encoding: chunked\r\n , gzip"),
        List.of("Transfer\u0000-Encoding: chunked"),
        List.of("X: y\nTransfer-Encoding: chunked"),
        List.of("X: y\rTransfer-Encoding: chunked"),
        List.of("Transfer-Encoding: chunked", "Content-Length: 4"),
        List.of("Content-Length: 4", "Transfer-Encoding: chunked"),
        List.of("Transfer-Encoding: chunked", "Content-Length: 0"),
        List.of("Content-Length: 5", "Transfer-Encoding: xchunked"),
        List.of("Transfer-Encoding: xchunked", "Content-Length: 5"),
        List.of("Transfer-Encoding: gzip, chunked", "Content-Length: 5"),
        List.of("Transfer-Encoding: identity", "Content-Length: 5"),
        List.of("Content-Length: 5", "Content-Length: 0"),
        List.of("Content-Length: 0", "Content-Length: 0"),
        List.of("Content-Length: 5, 5"),
        List.of("Content-Length: +5"),
        List.of("Content-Length: -1"),
        List.of("Content-Length: 0x5"),
        List.of("Content-Length: 5 0"),
        List.of("Content-Length: \u000b5"),
        List.of("Content-Length:"),
        List.of("Content-Length: 99999999999999999999"),
        List.of("Content-Length : 5"),
        List.of("Content-Length:\r\n 5"));
  }

  @ParameterizedTest
  @MethodSource("ambiguousFramings")
  void refusesAnAmbiguousBodyAndClosesTheConnection(List<String> framing) throws IOException {
    for (String start : List.of("GET /health", "POST /api/security/tokens", "DELETE /docs")) {
      assertRefused(start + " HTTP/1.1", framing);
    }
  }

  /** It belongs to the field before it (RFC 9112, section 5.2) and is never one of its own. */
  @ParameterizedTest
  @ValueSource(strings = {" Transfer-Encoding: chunked", "\tContent-Length: 5"})
  void readsAFoldedLineAsNoHeader(String folded) throws IOException {
    List<String> answers =
        answersTo(
            "GET /health/liveness HTTP/1.1\r\nHost: h\r\nX: y\r\n"
                + folded
                + "\r\n\r\n"
                + HIDDEN
                + "\r\n");
    assertThat(answers).hasSize(2);
    assertThat(answers.getFirst()).startsWith("HTTP/1.1 200 ");
    assertThat(answers.getLast()).matches("(?s)HTTP/1\\.[01] 400 .*");
  }

  /** A server of HTTP/1.0 knows no chunks, a proxy before us may all the same. */
  @ParameterizedTest
  @ValueSource(strings = {"Transfer-Encoding: chunked", "Transfer-Encoding: gzip, chunked"})
  void refusesEveryTransferCodingInAnOlderRequest(String line) throws IOException {
    assertRefused("POST /api/security/tokens HTTP/1.0", List.of("Connection: keep-alive", line));
    assertRefused(
        "GET /health HTTP/1.0", List.of("Connection: keep-alive", "Content-Length: 5", line));
  }

  /** What a chunk's size or end hides is as good as a second length. */
  @ParameterizedTest
  @ValueSource(
      strings = {
        "0x5\r\nhello\r\n",
        "+5\r\nhello\r\n",
        "-5\r\nhello\r\n",
        " 5\r\nhello\r\n",
        "5 5\r\nhello\r\n",
        "5\nhello\r\n",
        "5\r\nhelloX\r\n",
        "5;a=\n0\r\nhello\r\n",
        "FFFFFFFFFFFFFFFFF\r\nhello\r\n",
        "\r\nhello\r\n",
        "g\r\nhello\r\n"
      })
  void refusesAMalformedChunkAndAnswersNothingBehindIt(String chunk) throws IOException {
    List<String> answers =
        answersTo(
            "POST /api/security/tokens HTTP/1.1\r\nHost: h\r\nX-API-Key: "
                + admin
                + "\r\nContent-Type: application/json\r\nTransfer-Encoding: chunked\r\n\r\n"
                + chunk
                + HIDDEN
                + "\r\n");
    assertThat(answers).hasSizeLessThanOrEqualTo(1);
    assertThat(answers).allSatisfy(answer -> assertThat(answer).startsWith("HTTP/1.1 400 "));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "Transfer-Encoding: chunked",
        "transfer-encoding:CHUNKED",
        "TE: trailers\r\nTransfer-Encoding:  chunked \t"
      })
  void takesAChunkedBodyAndTheRequestBehindIt(String line) throws IOException {
    String body = "{\"name\":\"%s\",\"roles\":[\"stackstate-guest\"]}".formatted("chunked");
    List<String> answers =
        answersTo(
            "POST /api/security/tokens HTTP/1.1\r\nHost: h\r\nX-API-Key: "
                + admin
                + "\r\nContent-Type: application/json\r\n"
                + line
                + "\r\n\r\n"
                + Integer.toHexString(body.length())
                + "\r\n"
                + body
                + "\r\n0\r\n\r\n"
                + "GET /health HTTP/1.1\r\nHost: h\r\nConnection: close\r\n\r\n");
    assertThat(answers).hasSize(2).allMatch(answer -> answer.startsWith("HTTP/1.1 200 "));
  }

  private static void assertRefused(String requestLine, List<String> framing) throws IOException {
    List<String> answers =
        answersTo(
            requestLine
                + "\r\nHost: h\r\nX-API-Key: "
                + admin
                + "\r\nContent-Type: application/json\r\n"
                + String.join("\r\n", framing)
                + "\r\n\r\n"
                + HIDDEN
                + "X-API-Key: "
                + admin
                + "\r\n\r\n");
    assertThat(answers).as(requestLine).hasSize(1);
    assertThat(answers.getFirst()).as(requestLine).matches("(?s)HTTP/1\\.[01] 400 .*");
    String body = answers.getFirst().split("\r\n\r\n", 2)[1];
    assertThat(Json.text(body, "/_type")).isEqualTo("ErrorsResponse");
    assertThat(Json.text(body, "/trackingKey")).isNotEmpty();
  }

  /** Everything that is answered until the server closes the connection, which we leave open. */
  private static List<String> answersTo(String bytes) throws IOException {
    URI uri = server.uri();
    try (Socket socket = new Socket(uri.getHost(), uri.getPort())) {
      socket.setSoTimeout(LONGEST_WAIT_MS);
      socket.getOutputStream().write(bytes.getBytes(ISO_8859_1));
      String all = new String(socket.getInputStream().readAllBytes(), ISO_8859_1);
      List<String> answers = new ArrayList<>();
      for (String answer : all.split("(?=HTTP/1\\.[01] [0-9]{3} )")) {
        if (!answer.isEmpty()) {
          answers.add(answer);
        }
      }
      return answers;
    }
  }
}
