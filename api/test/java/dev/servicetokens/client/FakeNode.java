package dev.servicetokens.client;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.function.BooleanSupplier;

/**
 * What a verifier sees of a node, over real HTTP, with every fault that a test wants. What a node
 * really does is tested in the server.
 */
final class FakeNode implements AutoCloseable {

  static final ObjectMapper JSON = new ObjectMapper();
  static final String LEASE = "/api/verifications/lease";
  static final String VERIFICATIONS = "/api/verifications";

  /** What a node says or does in place of its answer. */
  @FunctionalInterface
  interface Fault {

    /** Answers, or not; false if the node shall answer as ever. */
    boolean happens(HttpExchange exchange, JsonNode body) throws IOException;
  }

  private final HttpServer http;
  private final ExecutorService threads = Executors.newCachedThreadPool();
  private final Map<String, Long> tokens = new HashMap<>();
  private final Map<String, ObjectNode> bounds = new HashMap<>();
  private final List<String> changes = new ArrayList<>();
  private final List<JsonNode> leaseRequests = new ArrayList<>();
  private final List<JsonNode> questions = new ArrayList<>();
  private final List<String> userAgents = new ArrayList<>();
  private Fault fault = (exchange, body) -> false;
  private long remaining = 900;
  private int underWay;
  private int mostUnderWay;
  private boolean held;

  FakeNode() {
    this(0);
  }

  /**
   * @param port 0 for any
   */
  FakeNode(int port) {
    try {
      http = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), port), 0);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    http.setExecutor(threads);
    http.createContext("/", this::answer);
    http.start();
  }

  String url() {
    return "http://localhost:" + port();
  }

  int port() {
    return http.getAddress().getPort();
  }

  synchronized void token(String token, long id) {
    tokens.put(token, id);
  }

  /** Says this of the token in each answer, too. */
  synchronized void bound(String token, String json) {
    try {
      bounds.put(token, (ObjectNode) JSON.readTree(json));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Deletes a token; whoever holds a lease is told. */
  synchronized void delete(long id) {
    tokens.values().removeIf(there -> there == id);
    changes.add("token:" + id);
    notifyAll();
  }

  synchronized void fault(Fault next) {
    fault = next;
    notifyAll();
  }

  /** How long it lends. */
  synchronized void lends(long millis) {
    remaining = millis;
  }

  /** Lets no question end until this is called with false. */
  synchronized void holdQuestions(boolean hold) {
    held = hold;
    notifyAll();
  }

  synchronized List<JsonNode> leaseRequests() {
    return List.copyOf(leaseRequests);
  }

  synchronized List<JsonNode> questions() {
    return List.copyOf(questions);
  }

  synchronized List<String> userAgents() {
    return List.copyOf(userAgents);
  }

  synchronized int underWay() {
    return underWay;
  }

  synchronized int mostUnderWay() {
    return mostUnderWay;
  }

  /** The last change that a holder has acknowledged. */
  synchronized long acknowledged() {
    return leaseRequests.isEmpty()
        ? -1
        : leaseRequests.get(leaseRequests.size() - 1).path("applied").asLong();
  }

  /** Waits until something is so. */
  static void await(BooleanSupplier so) {
    long end = System.nanoTime() + 30_000_000_000L;
    while (!so.getAsBoolean()) {
      if (System.nanoTime() - end > 0) {
        throw new AssertionError("It did not come to be within 30 s");
      }
      Thread.onSpinWait();
      Thread.yield();
    }
  }

  static boolean say(HttpExchange exchange, int status, String body) throws IOException {
    byte[] bytes = body.getBytes(StandardCharsets.UTF_8);
    exchange.sendResponseHeaders(status, bytes.length == 0 ? -1 : bytes.length);
    if (bytes.length > 0) {
      exchange.getResponseBody().write(bytes);
    }
    return true;
  }

  private void answer(HttpExchange exchange) throws IOException {
    try (exchange) {
      JsonNode body = JSON.readTree(exchange.getRequestBody());
      boolean lease = exchange.getRequestURI().getPath().equals(LEASE);
      Fault now;
      synchronized (this) {
        (lease ? leaseRequests : questions).add(body);
        userAgents.add(exchange.getRequestHeaders().getFirst("User-Agent"));
        now = fault;
      }
      exchange.getResponseHeaders().set("Content-Type", "application/json");
      if (now.happens(exchange, body)) {
        return;
      }
      say(exchange, 200, (lease ? lease(body) : verifications(body)).toString());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private synchronized JsonNode lease(JsonNode body) throws InterruptedException {
    long applied = body.path("applied").asLong();
    boolean known = body.hasNonNull("serverStart");
    long end = System.nanoTime() + 50_000_000;
    while (known && applied == changes.size() && end - System.nanoTime() > 1_000_000) {
      wait((end - System.nanoTime()) / 1_000_000);
    }
    ObjectNode answer = JSON.createObjectNode();
    answer.put("remaining", remaining);
    answer.put("changeNumber", changes.size()).put("changeId", id(changes.size()));
    answer.put("serverStart", "start").put("empty", !known);
    ArrayNode since = answer.putArray("changes");
    for (long number = applied + 1; known && number <= changes.size(); number++) {
      since
          .addObject()
          .put("number", number)
          .put("id", id(number))
          .put("key", changes.get((int) number - 1));
    }
    return answer;
  }

  private static String id(long number) {
    return "00000000-0000-4000-8000-%012d".formatted(number);
  }

  private synchronized JsonNode verifications(JsonNode body) throws InterruptedException {
    mostUnderWay = Math.max(mostUnderWay, ++underWay);
    ObjectNode answer = JSON.createObjectNode();
    answer.put("changeNumber", changes.size()).put("serverStart", "start");
    ArrayNode results = answer.putArray("results");
    for (JsonNode token : body.path("tokens")) {
      String text = token.isTextual() ? token.asText() : token.path("token").asText();
      Long id = tokens.get(text);
      ObjectNode result = results.addObject().put("live", id != null);
      if (id != null) {
        result.put("id", id).put("name", "ci").putArray("roles").add("deployer");
        result.putObject("permissions").putArray("system").add("read");
        if (body.path("changeKeys").asBoolean()) {
          result.putArray("changeKeys").add("token:" + id);
        }
      }
      if (bounds.containsKey(text)) {
        result.setAll(bounds.get(text));
      }
    }
    while (held) {
      wait();
    }
    underWay--;
    return answer;
  }

  @Override
  public void close() {
    stop();
  }

  /** Is gone; who is asked is told that there is none. */
  void stop() {
    synchronized (this) {
      held = false;
      notifyAll();
    }
    http.stop(0);
    threads.shutdownNow();
  }
}
