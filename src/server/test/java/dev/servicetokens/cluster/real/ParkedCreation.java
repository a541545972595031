package dev.servicetokens.cluster.real;

import static java.nio.charset.StandardCharsets.US_ASCII;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.Socket;
import java.net.URI;
import java.time.Duration;
import java.util.Optional;

/**
 * A request to create a token, of which a node has the head and half the body: who asks is known to
 * it already. Used by one thread.
 */
final class ParkedCreation implements AutoCloseable {

  private static final Duration LONGEST = Duration.ofSeconds(15);
  private static final byte[] BODY =
      "{\"name\":\"parked\",\"roles\":[\"stackstate-guest\"]}".getBytes(US_ASCII);
  private static final int HALF = BODY.length / 2;

  private final Node node;
  private final Socket socket;

  private ParkedCreation(Node node, Socket socket) {
    this.node = node;
    this.socket = socket;
  }

  /** Begins one by that token; empty if the node cannot be reached. */
  static Optional<ParkedCreation> begin(Node node, String secret) {
    return node.url().flatMap(url -> begin(node, url, secret));
  }

  private static Optional<ParkedCreation> begin(Node node, URI url, String secret) {
    try {
      ParkedCreation parked = new ParkedCreation(node, new Socket(url.getHost(), url.getPort()));
      parked.socket.setSoTimeout((int) LONGEST.toMillis());
      String head =
          "POST /api/security/tokens HTTP/1.1\r\nHost: localhost\r\nX-API-Key: %s\r\n"
              .formatted(secret);
      String rest =
          "Content-Type: application/json\r\nContent-Length: %d\r\nConnection: close\r\n\r\n"
              .formatted(BODY.length);
      parked.socket.getOutputStream().write((head + rest).getBytes(US_ASCII));
      parked.socket.getOutputStream().write(BODY, 0, HALF);
      return Optional.of(parked);
    } catch (IOException e) {
      return Optional.empty();
    }
  }

  /** Sends what is missing; the answer's time begins with that. */
  Answer finish() {
    long startedAt = System.nanoTime();
    int status = Answer.NONE;
    try {
      socket.getOutputStream().write(BODY, HALF, BODY.length - HALF);
      BufferedReader reader =
          new BufferedReader(new InputStreamReader(socket.getInputStream(), US_ASCII));
      String line = reader.readLine();
      if (line != null && line.startsWith("HTTP/1.1 ")) {
        status = Integer.parseInt(line.split(" ", 3)[1]);
      }
    } catch (IOException _) {
      status = Answer.NONE;
    }
    return new Answer(node.name(), startedAt, System.nanoTime(), status);
  }

  @Override
  public void close() {
    try {
      socket.close();
    } catch (IOException _) {
      // The node has closed it.
    }
  }
}
