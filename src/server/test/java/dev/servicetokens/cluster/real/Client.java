package dev.servicetokens.cluster.real;

import dev.servicetokens.fixtures.Json;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;

/** Asks nodes by plain HTTP. Thread-safe. */
final class Client implements AutoCloseable {

  private static final Duration LONGEST_VERIFICATION = Duration.ofSeconds(5);
  private static final Duration LONGEST_CHANGE = Duration.ofSeconds(15);
  private static final String TOKENS = "/api/security/tokens";

  private final HttpClient http =
      HttpClient.newBuilder()
          .version(HttpClient.Version.HTTP_1_1)
          .connectTimeout(Duration.ofSeconds(5))
          .build();
  private final String administrator;

  /** Makes one that changes tokens with that token string. */
  Client(String administrator) {
    this.administrator = administrator;
  }

  /**
   * An answer, its body and the wall clock when it was read.
   *
   * @param fromMemory how many tokens the service had told from memory; 0 from a node
   */
  record Reply(Answer answer, String body, Instant at, long fromMemory) {}

  /** Presents a token string; empty if that place is known to be down. */
  Optional<Answer> verify(Place place, String secret) {
    return place
        .url()
        .map(
            url ->
                send(place, request(url, "/api/server/status", secret, LONGEST_VERIFICATION))
                    .answer());
  }

  /** How many tokens the service has told from memory since it started. */
  long toldFromMemory(Service service) {
    return service
        .url()
        .map(url -> send(service, request(url, "/", "", LONGEST_VERIFICATION)))
        .map(reply -> reply.fromMemory())
        .orElse(0L);
  }

  /** Creates a token of one role; empty if the node is known to be down. */
  Optional<Reply> create(Node node, String name, String role) {
    String body = "{\"name\":\"%s\",\"roles\":[\"%s\"]}".formatted(name, role);
    return node.url()
        .map(
            url ->
                send(
                    node,
                    request(url, TOKENS, administrator, LONGEST_CHANGE)
                        .header("Content-Type", "application/json")
                        .POST(BodyPublishers.ofString(body))));
  }

  /** The id of the token of that name; empty if the node cannot tell. */
  Optional<Long> idOf(Node node, String name) {
    return node.url()
        .map(
            url ->
                send(node, request(url, TOKENS + "?name=" + name, administrator, LONGEST_CHANGE)))
        .filter(reply -> reply.answer().status() == 200)
        .map(reply -> Json.read(reply.body()).at("/0/id").asLong())
        .filter(id -> id > 0);
  }

  /** Deletes a token; empty if the node is known to be down. */
  Optional<Reply> delete(Node node, long id) {
    return node.url()
        .map(
            url ->
                send(
                    node, request(url, TOKENS + "/" + id, administrator, LONGEST_CHANGE).DELETE()));
  }

  private static HttpRequest.Builder request(
      URI url, String path, String secret, Duration timeout) {
    return HttpRequest.newBuilder(url.resolve(path)).timeout(timeout).header("X-API-Key", secret);
  }

  private Reply send(Place place, HttpRequest.Builder request) {
    HttpRequest ready = request.build();
    long startedAt = System.nanoTime();
    try {
      HttpResponse<String> response = http.send(ready, BodyHandlers.ofString());
      return reply(
          place,
          startedAt,
          response.statusCode(),
          response.body(),
          response.headers().firstValueAsLong(VerifyingProcess.FROM_MEMORY).orElse(0));
    } catch (IOException _) {
      return reply(place, startedAt, Answer.NONE, "", 0);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException(e);
    }
  }

  private static Reply reply(
      Place place, long startedAt, int status, String body, long fromMemory) {
    return new Reply(
        new Answer(place.name(), startedAt, System.nanoTime(), status),
        body,
        Instant.now(),
        fromMemory);
  }

  @Override
  public void close() {
    http.shutdownNow();
  }
}
