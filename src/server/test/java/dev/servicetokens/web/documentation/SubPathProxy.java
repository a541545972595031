package dev.servicetokens.web.documentation;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.function.BiConsumer;

/** A reverse proxy that serves a server below a path of its own, and tells the server nothing. */
final class SubPathProxy implements AutoCloseable {

  private static final Set<String> OF_ONE_CONNECTION = new TreeSet<>(String.CASE_INSENSITIVE_ORDER);

  static {
    OF_ONE_CONNECTION.addAll(
        List.of("connection", "content-length", "host", "transfer-encoding", "upgrade", "expect"));
  }

  private final HttpServer listener;
  private final ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();
  private final HttpClient client = HttpClient.newHttpClient();
  private final String path;
  private final URI target;

  private SubPathProxy(HttpServer listener, String path, URI target) {
    this.listener = listener;
    this.path = path;
    this.target = target;
  }

  /** Starts one on a free port that passes on what comes below that path, without it. */
  static SubPathProxy start(String path, URI target) throws IOException {
    HttpServer listener =
        HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    SubPathProxy proxy = new SubPathProxy(listener, path, target);
    listener.createContext(path + "/", proxy::pass);
    listener.setExecutor(proxy.threads);
    listener.start();
    return proxy;
  }

  /** Where it serves the server, with a slash at the end. */
  URI url() {
    return URI.create("http://localhost:" + listener.getAddress().getPort() + path + "/");
  }

  private void pass(HttpExchange exchange) throws IOException {
    String rest = exchange.getRequestURI().toString().substring(path.length());
    HttpRequest.Builder request =
        HttpRequest.newBuilder(URI.create(target + rest))
            .method(
                exchange.getRequestMethod(),
                HttpRequest.BodyPublishers.ofByteArray(exchange.getRequestBody().readAllBytes()));
    copy(exchange.getRequestHeaders(), request::header);
    try {
      HttpResponse<byte[]> answer =
          client.send(request.build(), HttpResponse.BodyHandlers.ofByteArray());
      copy(answer.headers().map(), exchange.getResponseHeaders()::add);
      int length = answer.body().length;
      exchange.sendResponseHeaders(answer.statusCode(), length == 0 ? -1 : length);
      exchange.getResponseBody().write(answer.body());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    } finally {
      exchange.close();
    }
  }

  private static void copy(Map<String, List<String>> headers, BiConsumer<String, String> to) {
    headers.forEach(
        (name, values) -> {
          if (!OF_ONE_CONNECTION.contains(name)) {
            values.forEach(value -> to.accept(name, value));
          }
        });
  }

  @Override
  public void close() {
    listener.stop(0);
    threads.shutdownNow();
    client.shutdownNow();
  }
}
