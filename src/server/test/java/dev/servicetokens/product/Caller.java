package dev.servicetokens.product;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Calls a server as scripts do: plain HTTP, no client of ours. Thread-safe. */
final class Caller implements AutoCloseable {

  private static final Pattern TOKEN = Pattern.compile("\"token\":\"([^\"]+)\"");
  private static final String TOKENS = "/api/security/tokens";

  private final HttpClient client =
      HttpClient.newBuilder()
          .version(HttpClient.Version.HTTP_1_1)
          .connectTimeout(Duration.ofSeconds(5))
          .build();
  private final URI server;

  Caller(URI server) {
    this.server = server;
  }

  /** Sends a request without a body; headers are names and values in turn. */
  HttpResponse<String> send(String method, String path, String... headers)
      throws IOException, InterruptedException {
    return send(request(path, headers).method(method, BodyPublishers.noBody()));
  }

  /** Posts to the tokens. */
  HttpResponse<String> post(String token, String mediaType, String body)
      throws IOException, InterruptedException {
    return send(
        request(TOKENS, "X-API-Key", token, "Content-Type", mediaType)
            .POST(BodyPublishers.ofString(body)));
  }

  /** Creates a guest's token and returns its token string. */
  String create(String token, String name) throws IOException, InterruptedException {
    String body = "{\"name\":\"%s\",\"roles\":[\"stackstate-guest\"]}".formatted(name);
    HttpResponse<String> response = post(token, "application/json", body);
    Matcher found = TOKEN.matcher(response.body());
    if (response.statusCode() != 200 || !found.find()) {
      throw new IOException("Not created: " + response.statusCode());
    }
    return found.group(1);
  }

  /** The status of {@code GET /api/server/status} with that token. */
  int status(String token) throws IOException, InterruptedException {
    return send("GET", "/api/server/status", "X-API-Key", token).statusCode();
  }

  @Override
  public void close() {
    client.shutdownNow();
  }

  private HttpRequest.Builder request(String path, String... headers) {
    HttpRequest.Builder request =
        HttpRequest.newBuilder(server.resolve(path)).timeout(Duration.ofSeconds(10));
    // The JDK's client refuses an empty list.
    return headers.length == 0 ? request : request.headers(headers);
  }

  private HttpResponse<String> send(HttpRequest.Builder request)
      throws IOException, InterruptedException {
    return client.send(request.build(), BodyHandlers.ofString());
  }
}
