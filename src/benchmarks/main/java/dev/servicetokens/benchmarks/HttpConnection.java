package dev.servicetokens.benchmarks;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import java.io.BufferedInputStream;
import java.io.ByteArrayOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.net.Socket;
import java.net.URI;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * One kept connection to a server, which sends a request and waits for its answer: little enough
 * beside the server on the same cores. For one thread at a time.
 */
final class HttpConnection implements AutoCloseable {

  private static final int TIME_LIMIT_MILLISECONDS = 30_000;
  private static final int STATUS_AT = 9;
  private static final int HEXADECIMAL = 16;

  private final URI server;
  private @Nullable Socket socket;
  private InputStream in = InputStream.nullInputStream();
  private int lastStatus;

  HttpConnection(URI server) {
    this.server = server;
  }

  /** What a server answered; {@code nextCursor} is where the next page begins. */
  record Answer(int status, String body, @Nullable String nextCursor) {}

  /** The bytes of a request without a body; the headers are whole lines. */
  static byte[] request(String method, String path, String tokenString, String... headers) {
    return (method + " " + path + " HTTP/1.1\r\nHost: localhost\r\nX-API-Key: " + tokenString)
        .concat("\r\n" + String.join("", headers) + "\r\n")
        .getBytes(ISO_8859_1);
  }

  /** The bytes of a request with a body of JSON. */
  static byte[] post(String path, String tokenString, String json) {
    return ("POST " + path + " HTTP/1.1\r\nHost: localhost\r\nX-API-Key: " + tokenString)
        .concat("\r\nContent-Type: application/json\r\nContent-Length: " + json.length())
        .concat("\r\n\r\n" + json)
        .getBytes(ISO_8859_1);
  }

  /**
   * Sends a request and reads the answer. Connects first if it must.
   *
   * @throws IOException if there was no whole answer; the next exchange connects anew
   */
  Answer exchange(byte[] request) throws IOException {
    boolean answered = false;
    lastStatus = 0;
    try {
      connected().getOutputStream().write(request);
      Answer answer = read();
      lastStatus = answer.status();
      answered = true;
      return answer;
    } finally {
      if (!answered) {
        close();
      }
    }
  }

  /** The status of the last answer; 0 if there was none. */
  int lastStatus() {
    return lastStatus;
  }

  private Socket connected() throws IOException {
    Socket open = socket;
    if (open == null) {
      open = new Socket(server.getHost(), server.getPort());
      open.setTcpNoDelay(true);
      open.setSoTimeout(TIME_LIMIT_MILLISECONDS);
      in = new BufferedInputStream(open.getInputStream());
      socket = open;
    }
    return open;
  }

  private Answer read() throws IOException {
    int status = Integer.parseInt(line().substring(STATUS_AT, STATUS_AT + 3));
    int length = 0;
    boolean isChunked = false;
    boolean isLast = false;
    String cursor = null;
    for (String header = line(); !header.isEmpty(); header = line()) {
      int colon = header.indexOf(':');
      String value = header.substring(colon + 1).strip();
      switch (header.substring(0, colon).toLowerCase(Locale.ROOT)) {
        case "content-length" -> length = Integer.parseInt(value);
        case "transfer-encoding" -> isChunked = true;
        case "connection" -> isLast = value.equalsIgnoreCase("close");
        case "x-next-cursor" -> cursor = value;
        default -> {}
      }
    }
    String body = isChunked ? chunks() : text(length);
    if (isLast) {
      close();
    }
    return new Answer(status, body, cursor);
  }

  private String chunks() throws IOException {
    StringBuilder body = new StringBuilder();
    int length;
    do {
      length = Integer.parseInt(line(), HEXADECIMAL);
      body.append(text(length));
      line();
    } while (length > 0);
    return body.toString();
  }

  private String text(int length) throws IOException {
    byte[] bytes = in.readNBytes(length);
    if (bytes.length < length) {
      throw new EOFException();
    }
    return new String(bytes, ISO_8859_1);
  }

  private String line() throws IOException {
    ByteArrayOutputStream line = new ByteArrayOutputStream();
    for (int next = in.read(); next != '\n'; next = in.read()) {
      if (next < 0) {
        throw new EOFException();
      }
      if (next != '\r') {
        line.write(next);
      }
    }
    return line.toString(ISO_8859_1);
  }

  @Override
  public void close() throws IOException {
    Socket open = socket;
    socket = null;
    if (open != null) {
      open.close();
    }
  }
}
