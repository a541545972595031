package dev.servicetokens.client;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.net.http.HttpTimeoutException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * The nodes that a verifier may ask, in their order, and which of them answers. A redirect is never
 * followed, so that the credential goes nowhere else. Thread-safe.
 */
final class VerifierNodes {

  static final ObjectMapper JSON = new ObjectMapper();

  private static final Duration SOON = Duration.ofSeconds(1);
  private static final long LONGEST_RETRY_SECONDS = 300;
  private static final long FIRST_PAUSE_NANOS = TimeUnit.MILLISECONDS.toNanos(100);
  private static final long LONGEST_PAUSE_NANOS = TimeUnit.SECONDS.toNanos(1);

  private final List<Node> nodes;
  private final Credential credential;
  private final ScheduledExecutorService timers;
  private final VerifierTime time;
  private volatile int current;

  /** What came of asking a node. */
  sealed interface Reply {

    /** The answer to what was asked; a JSON object. */
    record Answered(JsonNode body) implements Reply {}

    /**
     * A status other than 200.
     *
     * @param retryAfter null if the node did not say
     */
    record Refused(int status, String message, @Nullable Duration retryAfter) implements Reply {

      /** Whether the verifier's own token is to blame. */
      boolean isOwnToken() {
        return status == 401 || status == 403;
      }

      Duration retryAfterOrSoon() {
        return retryAfter == null ? SOON : retryAfter;
      }
    }

    /**
     * No answer that can be used.
     *
     * @param again whether the connection broke, which may have been an old one: worth one more try
     */
    record Failed(String reason, boolean again) implements Reply {}
  }

  VerifierNodes(
      List<Address> addresses,
      Credential credential,
      ScheduledExecutorService timers,
      VerifierTime time) {
    this.credential = credential;
    this.timers = timers;
    this.time = time;
    this.nodes = addresses.stream().map(Node::new).toList();
  }

  /** Where a node listens, and what carries requests there. */
  record Address(ServerUrl url, TimedHttpClient.Transport transport) {}

  /** Those to ask now, the one that answered last first; empty if all are away. */
  List<Node> toAsk() {
    long now = time.nanoTime();
    List<Node> some = new ArrayList<>();
    int first = current;
    for (int i = 0; i < nodes.size(); i++) {
      Node node = nodes.get((first + i) % nodes.size());
      if (node.awayUntil - now <= 0) {
        some.add(node);
      }
    }
    return some;
  }

  /** The one to ask for a lease now; null if all are away or want to be left alone. */
  @Nullable Node lender() {
    long now = time.nanoTime();
    return toAsk().stream()
        .filter(node -> node.lendsNothingUntil - now <= 0)
        .findFirst()
        .orElse(null);
  }

  /** How long until any can be asked for a lease. */
  long nanosUntilLender() {
    long now = time.nanoTime();
    return nodes.stream()
        .mapToLong(node -> Math.max(node.awayUntil - now, node.lendsNothingUntil - now))
        .min()
        .orElse(0);
  }

  /** Why none can be asked. */
  Verification.Unavailable away() {
    long now = time.nanoTime();
    Node next = nodes.get(0);
    for (Node node : nodes) {
      next = node.awayUntil - next.awayUntil < 0 ? node : next;
    }
    long millis = Math.max(1, TimeUnit.NANOSECONDS.toMillis(next.awayUntil - now));
    return new Verification.Unavailable(next.reason, Duration.ofMillis(millis));
  }

  /** One of the nodes. */
  final class Node {

    private final Address address;
    private volatile long awayUntil = time.nanoTime();
    private volatile long lendsNothingUntil = awayUntil;
    private volatile String reason = "no node was asked yet";
    private int failures;

    private Node(Address address) {
      this.address = address;
    }

    /** Asks it; never completes exceptionally. */
    CompletableFuture<Reply> post(String path, byte[] body, long timeoutNanos) {
      HttpRequest.Builder request =
          HttpRequest.newBuilder(URI.create(address.url.uri() + "/api" + path))
              .header("Accept", "application/json")
              .header("Content-Type", "application/json")
              .header("User-Agent", SdkVersion.USER_AGENT)
              .POST(BodyPublishers.ofByteArray(body));
      credential.addTo(request);
      CompletableFuture<HttpResponse<byte[]>> response;
      try {
        response =
            address.transport.sendAsync(
                request.build(), new WholeBody<>(BodyHandlers.ofByteArray()));
      } catch (RuntimeException e) {
        return CompletableFuture.completedFuture(noted(failed(e)));
      }
      // The JDK's own time-out ends with the headers.
      ScheduledFuture<?> timer =
          timers.schedule(() -> response.cancel(true), timeoutNanos, TimeUnit.NANOSECONDS);
      return response.handle(
          (answer, failure) -> {
            timer.cancel(false);
            return noted(failure == null ? read(answer) : failed(failure));
          });
    }

    private Reply noted(Reply reply) {
      if (reply instanceof Reply.Failed failed) {
        failed(failed.reason());
      } else {
        answered();
      }
      return reply;
    }

    private synchronized void answered() {
      failures = 0;
      awayUntil = time.nanoTime();
    }

    /** It is away for a moment if that was not the first time. */
    synchronized void failed(String why) {
      reason = why;
      failures++;
      if (failures > 1) {
        long pause = FIRST_PAUSE_NANOS << Math.min(failures - 2, 10);
        awayUntil = time.nanoTime() + Math.min(pause, LONGEST_PAUSE_NANOS);
      }
    }

    /** Leaves it alone for that long, but for questions what tokens are. */
    void askForLeaseAgainIn(Duration pause) {
      lendsNothingUntil = time.nanoTime() + pause.toNanos();
    }

    /** It answers: it is asked first from now on. */
    void isFirst() {
      current = nodes.indexOf(this);
    }

    /** The one after it is asked first from now on. */
    void isLast() {
      current = (nodes.indexOf(this) + 1) % nodes.size();
    }

    private Reply read(HttpResponse<byte[]> answer) {
      if (answer.statusCode() == 200) {
        JsonNode body = json(answer.body());
        return body.isObject() ? new Reply.Answered(body) : unreadable();
      }
      String text = new String(answer.body(), StandardCharsets.UTF_8);
      String message =
          answer.statusCode() / 100 == 3
              ? "it sends elsewhere, where nothing was sent; check the URL"
              : ErrorBody.read(answer.statusCode(), text).message();
      return new Reply.Refused(
          answer.statusCode(),
          name() + " answered " + answer.statusCode() + ": " + plain(message),
          retryAfter(answer));
    }

    /** An answer that is not one of this API. */
    Reply.Failed unreadable() {
      return new Reply.Failed(
          name() + " gave an answer that is none of a Service Tokens server; check the URL", false);
    }

    private Reply failed(Throwable failure) {
      Throwable cause = failure;
      while (cause instanceof CompletionException && cause.getCause() != null) {
        cause = cause.getCause();
      }
      if (cause instanceof CancellationException || cause instanceof HttpTimeoutException) {
        return new Reply.Failed(name() + " gave no complete answer in time", false);
      }
      if (cause instanceof WholeBody.AnswerTooLarge) {
        return unreadable();
      }
      if (cause instanceof IOException broken) {
        String why = ServiceTokensError.reason(broken);
        return new Reply.Failed(name() + ": " + plain(why), why.startsWith("a broken"));
      }
      return new Reply.Failed(name() + ": " + cause.getClass().getSimpleName(), false);
    }

    private String name() {
      return "The node " + address.url;
    }
  }

  private static JsonNode json(byte[] body) {
    try {
      JsonNode read = JSON.readTree(body);
      return read == null ? JSON.missingNode() : read;
    } catch (JsonProcessingException e) {
      return JSON.missingNode();
    } catch (IOException e) {
      return JSON.missingNode();
    }
  }

  private static @Nullable Duration retryAfter(HttpResponse<?> answer) {
    return answer
        .headers()
        .firstValue("Retry-After")
        .filter(value -> value.matches("[0-9]{1,9}"))
        .map(
            seconds ->
                Duration.ofSeconds(
                    Math.max(1, Math.min(LONGEST_RETRY_SECONDS, Long.parseLong(seconds)))))
        .orElse(null);
  }

  /** Of what another machine says, no more than a line, and nothing that moves a cursor. */
  private static String plain(String text) {
    String line = text.replaceAll("[^ -~]+", " ").strip();
    return line.length() > 300 ? line.substring(0, 300) + "…" : line;
  }
}
