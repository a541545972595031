package dev.servicetokens.verification.http;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import java.io.BufferedInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.URI;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.stream.Collectors;

/**
 * An application behind a proxy, which keeps every request as it arrives, and answers {@code
 * reached}. Who asks for another protocol gets it, and each byte back. Thread-safe.
 */
final class ReachedApplication implements AutoCloseable {

  private static final int HEXADECIMAL = 16;

  private final ServerSocket listening;
  private final Queue<Reached> reached = new ConcurrentLinkedQueue<>();

  private ReachedApplication(ServerSocket listening) {
    this.listening = listening;
  }

  /**
   * A request as it arrived.
   *
   * @param headers name, colon and value of each line, as they were
   */
  record Reached(String method, String target, List<String> headers, String body) {

    /** All values that a header has, with a comma between them; empty if there is none. */
    String header(String name) {
      return headers.stream()
          .filter(line -> nameOf(line).equals(name.toLowerCase(Locale.ROOT)))
          .map(line -> line.substring(line.indexOf(':') + 1).strip())
          .collect(Collectors.joining(", "));
    }

    /**
     * Names of headers as CGI, WSGI and Rack hand them to an application: a hyphen is an underscore
     * there, and some servers make one of every sign.
     */
    List<String> foldedNames() {
      return headers.stream().map(line -> nameOf(line).replaceAll("[^a-z0-9]", "_")).toList();
    }

    private static String nameOf(String line) {
      return line.substring(0, line.indexOf(':')).toLowerCase(Locale.ROOT);
    }
  }

  static ReachedApplication start() {
    try {
      ReachedApplication application =
          new ReachedApplication(new ServerSocket(0, 100, InetAddress.getLoopbackAddress()));
      Thread.ofVirtual().start(application::accept);
      return application;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  URI uri() {
    return URI.create("http://127.0.0.1:" + listening.getLocalPort());
  }

  /** What has arrived and was not taken yet. */
  Queue<Reached> reached() {
    return reached;
  }

  private void accept() {
    while (!listening.isClosed()) {
      try {
        Socket socket = listening.accept();
        Thread.ofVirtual().start(() -> serve(socket));
      } catch (IOException e) {
        return; // It was closed.
      }
    }
  }

  private void serve(Socket socket) {
    try (socket) {
      InputStream in = new BufferedInputStream(socket.getInputStream());
      OutputStream out = socket.getOutputStream();
      for (String first = line(in); !first.isEmpty(); first = line(in)) {
        Reached request = read(first, in, out);
        reached.add(request);
        if (request.header("upgrade").equals("websocket")) {
          out.write(
              "HTTP/1.1 101 Switching Protocols\r\nConnection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Accept: s3pPLMBiTxaQ9kYGzzhZRbK+xOo=\r\n\r\n"
                  .getBytes(ISO_8859_1));
          in.transferTo(out);
          return;
        }
        out.write("HTTP/1.1 200 OK\r\nContent-Length: 7\r\n\r\nreached".getBytes(ISO_8859_1));
      }
    } catch (IOException e) {
      // The proxy has gone: there is nobody to tell.
      return;
    }
  }

  private static Reached read(String first, InputStream in, OutputStream out) throws IOException {
    List<String> headers = new ArrayList<>();
    for (String line = line(in); !line.isEmpty(); line = line(in)) {
      headers.add(line);
    }
    String[] words = first.split(" ");
    Reached head = new Reached(words[0], words[1], List.copyOf(headers), "");
    if (!head.header("expect").isEmpty()) {
      out.write("HTTP/1.1 100 Continue\r\n\r\n".getBytes(ISO_8859_1));
    }
    return new Reached(head.method(), head.target(), head.headers(), body(head, in));
  }

  private static String body(Reached head, InputStream in) throws IOException {
    String length = head.header("content-length");
    if (!length.isEmpty()) {
      return new String(in.readNBytes(Integer.parseInt(length)), ISO_8859_1);
    }
    if (head.header("transfer-encoding").isEmpty()) {
      return "";
    }
    ByteArrayOutputStream body = new ByteArrayOutputStream();
    for (int size = size(in); size > 0; size = size(in)) {
      body.write(in.readNBytes(size));
      line(in);
    }
    line(in);
    return body.toString(ISO_8859_1);
  }

  private static int size(InputStream in) throws IOException {
    return Integer.parseInt(line(in), HEXADECIMAL);
  }

  /** The next line without its end; empty at the end of the stream, too. */
  private static String line(InputStream in) throws IOException {
    ByteArrayOutputStream line = new ByteArrayOutputStream();
    for (int next = in.read(); next >= 0 && next != '\n'; next = in.read()) {
      line.write(next);
    }
    return line.toString(ISO_8859_1).stripTrailing();
  }

  @Override
  public void close() {
    try {
      listening.close();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
