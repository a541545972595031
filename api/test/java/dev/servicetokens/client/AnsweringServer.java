package dev.servicetokens.client;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;

/** A server on a free port that gives every request the same answer and keeps what it was asked. */
final class AnsweringServer implements AutoCloseable {

  /** What was asked; the path has its query. */
  record Asked(String method, String path, String apiKey, String apiToken) {}

  private final HttpServer http;
  private final List<Asked> asked = new CopyOnWriteArrayList<>();
  private final List<String> bodies = new CopyOnWriteArrayList<>();

  AnsweringServer(int status, String body) {
    try {
      http = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    http.createContext("/", exchange -> answer(exchange, status, body));
    http.start();
  }

  private void answer(HttpExchange exchange, int status, String body) throws IOException {
    asked.add(
        new Asked(
            exchange.getRequestMethod(),
            exchange.getRequestURI().toString(),
            exchange.getRequestHeaders().getFirst("X-API-Key"),
            exchange.getRequestHeaders().getFirst("X-API-Token")));
    bodies.add(new String(exchange.getRequestBody().readAllBytes(), StandardCharsets.UTF_8));
    exchange.getResponseHeaders().set("Content-Type", "application/json");
    if (status / 100 == 3) {
      exchange.getResponseHeaders().set("Location", url() + "/elsewhere");
    }
    byte[] bytes = body.getBytes(StandardCharsets.UTF_8);
    exchange.sendResponseHeaders(status, bytes.length == 0 ? -1 : bytes.length);
    if (bytes.length > 0) {
      exchange.getResponseBody().write(bytes);
    }
    exchange.close();
  }

  String url() {
    return "http://localhost:" + http.getAddress().getPort();
  }

  List<Asked> asked() {
    return asked;
  }

  /** The bodies of what was asked, in the same order. */
  List<String> bodies() {
    return bodies;
  }

  @Override
  public void close() {
    http.stop(0);
  }
}
