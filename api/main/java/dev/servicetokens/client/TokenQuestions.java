package dev.servicetokens.client;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.servicetokens.client.HolderMemory.Place;
import dev.servicetokens.client.HolderMemory.Told;
import dev.servicetokens.client.Verification.Live;
import dev.servicetokens.client.Verification.Unavailable;
import dev.servicetokens.client.VerifierNodes.Node;
import dev.servicetokens.client.VerifierNodes.Reply;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * Asks nodes for the tokens that are not in memory. Whoever asks for the same token meanwhile may
 * share the answer; what comes while enough requests are under way goes together in the next one,
 * so that a flood of tokens costs no more than these. Thread-safe.
 */
final class TokenQuestions {

  static final int MOST_REQUESTS = 8;
  static final int MOST_WAITING = 1000;
  private static final int MOST_TOGETHER = 20;
  private static final int MOST_SHARED = 3;
  private static final long LONGEST_LIMITED_SECONDS = TimeUnit.DAYS.toSeconds(1);
  private static final Duration SOON = Duration.ofSeconds(1);

  private final VerifierNodes nodes;
  private final HolderMemory memory;
  private final Function<Reply.Refused, Unavailable> ownTokenRefused;
  private final ScheduledExecutorService timers;
  private final VerifierTime time;
  private final long timeoutNanos;

  // Guarded by this object's lock, under which nothing is called that could wait.
  private final Map<TokenDigest, Question> byDigest = new HashMap<>();
  private final Deque<Question> waiting = new ArrayDeque<>();
  private final Set<Question> open = new HashSet<>();
  private int requests;
  private boolean closed;

  /** What came of a question. */
  sealed interface Outcome {

    /** A node has told. */
    record Answered(Told told) implements Outcome {}

    /** No node could. */
    record Unknown(Unavailable why) implements Outcome {}
  }

  TokenQuestions(
      VerifierNodes nodes,
      HolderMemory memory,
      Function<Reply.Refused, Unavailable> ownTokenRefused,
      ScheduledExecutorService timers,
      VerifierTime time,
      Duration timeout) {
    this.nodes = nodes;
    this.memory = memory;
    this.ownTokenRefused = ownTokenRefused;
    this.timers = timers;
    this.time = time;
    this.timeoutNanos = timeout.toNanos();
  }

  private final class Question {

    private final TokenDigest digest;
    private final String token;
    private final @Nullable String address;
    private final long endNanos = time.nanoTime() + timeoutNanos;
    private final CompletableFuture<Outcome> outcome = new CompletableFuture<>();
    private volatile @Nullable ScheduledFuture<?> timer;
    private boolean sent;
    private boolean alone;

    Question(TokenDigest digest, String token, @Nullable String address) {
      this.digest = digest;
      this.token = token;
      this.address = address;
    }
  }

  /**
   * Asks what a token is. A node's answer is kept in memory before this completes.
   *
   * @param address a literal one, or null
   * @return never completes exceptionally, and in time
   */
  CompletionStage<Outcome> ask(TokenDigest digest, String token, @Nullable String address) {
    return ask(digest, token, address, 0);
  }

  private CompletionStage<Outcome> ask(
      TokenDigest digest, String token, @Nullable String address, int shared) {
    Place floor = shared < MOST_SHARED ? memory.joinableFrom() : null;
    Question question;
    synchronized (this) {
      if (closed) {
        return done(unknown("The verifier is closed", SOON));
      }
      Question other = byDigest.get(digest);
      if (other != null && !other.sent && shared < MOST_SHARED && sameAddress(other, address)) {
        // It is asked after this, so that it is not too old.
        return other.outcome.thenCompose(
            outcome ->
                isForOthers(outcome) ? done(outcome) : ask(digest, token, address, MOST_SHARED));
      }
      if (other != null && other.sent && floor != null) {
        return other.outcome.thenCompose(
            outcome ->
                isGoodFor(outcome, other, address, floor)
                    ? done(outcome)
                    : ask(digest, token, address, shared + 1));
      }
      if (waiting.size() >= MOST_WAITING) {
        return done(
            unknown("More than %d tokens wait to be asked for".formatted(MOST_WAITING), SOON));
      }
      question = new Question(digest, token, address);
      byDigest.put(digest, question);
      waiting.add(question);
      open.add(question);
    }
    question.timer =
        timers.schedule(
            () -> complete(question, unknown("No node has answered in time", SOON)),
            timeoutNanos,
            TimeUnit.NANOSECONDS);
    sendWaiting();
    return question.outcome;
  }

  private static boolean sameAddress(Question other, @Nullable String address) {
    return Objects.equals(other.address, address);
  }

  /**
   * The answer to a question that was under way is good if it knows of all that was told done
   * before this one came (rule 17). A refusal is good for whoever comes from the same address.
   */
  private static boolean isGoodFor(
      Outcome outcome, Question other, @Nullable String address, Place floor) {
    if (outcome instanceof Outcome.Answered answered) {
      Place asOf = answered.told().asOf();
      return answered.told().keep()
          && asOf != null
          && asOf.serverStart().equals(floor.serverStart())
          && asOf.changeNumber() >= floor.changeNumber();
    }
    return sameAddress(other, address);
  }

  private static boolean isForOthers(Outcome outcome) {
    return !(outcome instanceof Outcome.Answered answered) || answered.told().keep();
  }

  private void sendWaiting() {
    while (true) {
      List<Question> together;
      synchronized (this) {
        together = requests < MOST_REQUESTS ? next() : List.of();
        if (together.isEmpty()) {
          return;
        }
        requests++;
      }
      send(together, nodes.toAsk(), 0, false);
    }
  }

  private List<Question> next() {
    List<Question> together = new ArrayList<>();
    while (!waiting.isEmpty() && together.size() < MOST_TOGETHER) {
      Question question = waiting.element();
      if (question.alone && !together.isEmpty()) {
        break;
      }
      waiting.remove();
      if (!question.outcome.isDone()) {
        question.sent = true;
        together.add(question);
        if (question.alone) {
          break;
        }
      }
    }
    return together;
  }

  private void send(List<Question> together, List<Node> toAsk, int at, boolean again) {
    if (at >= toAsk.size()) {
      end(together, new Outcome.Unknown(nodes.away()));
      return;
    }
    long now = time.nanoTime();
    long left = together.stream().mapToLong(question -> question.endNanos - now).max().orElse(0);
    if (left <= 0) {
      end(together, unknown("No node has answered in time", SOON));
      return;
    }
    Node node = toAsk.get(at);
    node.post("/verifications", body(together), left / (toAsk.size() - at))
        .thenAccept(reply -> take(together, toAsk, at, again, reply));
  }

  private void take(List<Question> together, List<Node> toAsk, int at, boolean again, Reply reply) {
    Node node = toAsk.get(at);
    boolean last = at + 1 == toAsk.size();
    if (reply instanceof Reply.Answered answered) {
      List<Told> told = told(answered.body(), together.size());
      if (!told.isEmpty()) {
        for (int i = 0; i < told.size(); i++) {
          Question question = together.get(i);
          memory.fill(question.digest, told.get(i));
          complete(question, new Outcome.Answered(told.get(i)));
        }
        ended();
        return;
      }
      node.failed(node.unreadable().reason());
    } else if (reply instanceof Reply.Refused refused) {
      if (refused.isOwnToken()) {
        end(together, new Outcome.Unknown(ownTokenRefused.apply(refused)));
        return;
      }
      if (together.size() > 1 && refused.status() != 404) {
        askEachAlone(together); // One of them may be to blame, and the others must not suffer.
        return;
      }
      if (refused.status() == 429 || refused.status() == 400 || last) {
        end(together, unknown(refused.message(), refused.retryAfterOrSoon()));
        return;
      }
    } else if (reply instanceof Reply.Failed failed) {
      if (failed.again() && !again) {
        send(together, toAsk, at, true);
        return;
      }
      if (last) {
        end(together, unknown(failed.reason(), SOON));
        return;
      }
    }
    send(together, toAsk, at + 1, false);
  }

  private void askEachAlone(List<Question> together) {
    synchronized (this) {
      for (Question question : together) {
        question.alone = true;
        waiting.add(question);
      }
    }
    ended();
  }

  private void end(List<Question> together, Outcome outcome) {
    together.forEach(question -> complete(question, outcome));
    ended();
  }

  private void ended() {
    synchronized (this) {
      requests--;
    }
    sendWaiting();
  }

  private void complete(Question question, Outcome outcome) {
    synchronized (this) {
      byDigest.remove(question.digest, question);
      open.remove(question);
    }
    ScheduledFuture<?> timer = question.timer;
    if (timer != null) {
      timer.cancel(false);
    }
    question.outcome.complete(outcome);
  }

  /** Answers all that wait, and takes no more. */
  void close() {
    List<Question> all;
    synchronized (this) {
      closed = true;
      all = List.copyOf(open);
      waiting.clear();
    }
    all.forEach(question -> complete(question, unknown("The verifier is closed", SOON)));
  }

  private static CompletableFuture<Outcome> done(Outcome outcome) {
    return CompletableFuture.completedFuture(outcome);
  }

  private static Outcome unknown(String reason, Duration retryAfter) {
    return new Outcome.Unknown(new Unavailable(reason, retryAfter));
  }

  private byte[] body(List<Question> together) {
    ObjectNode body = VerifierNodes.JSON.createObjectNode();
    ArrayNode tokens = body.putArray("tokens");
    for (Question question : together) {
      if (question.address == null) {
        tokens.add(question.token);
      } else {
        tokens.addObject().put("token", question.token).put("address", question.address);
      }
    }
    if (memory.applied() != null) {
      body.put("changeKeys", true); // A server that lends nothing may not know the word.
    }
    return body.toString().getBytes(StandardCharsets.UTF_8);
  }

  /** Empty if this is no answer to so many questions. */
  private static List<Told> told(JsonNode body, int count) {
    JsonNode results = body.path("results");
    if (!results.isArray() || results.size() != count) {
      return List.of();
    }
    JsonNode number = body.path("changeNumber");
    JsonNode start = body.path("serverStart");
    Place asOf =
        number.canConvertToLong() && number.isIntegralNumber() && start.isTextual()
            ? new Place(number.asLong(), null, start.asText())
            : null;
    List<Told> told = new ArrayList<>();
    for (JsonNode result : results) {
      JsonNode live = result.path("live");
      if (!live.isBoolean()) {
        return List.of();
      }
      boolean limited = result.path("limited").asBoolean();
      boolean keep = result.path("keep").asBoolean(true) && !limited;
      if (limited || !live.asBoolean()) {
        Duration after = limited ? retryAfter(result) : null;
        told.add(new Told(null, List.of(), asOf, keep, null, after));
        continue;
      }
      Live read = live(result);
      if (read == null) {
        return List.of();
      }
      List<String> changeKeys = List.copyOf(texts(result.path("changeKeys")));
      told.add(new Told(read, changeKeys, asOf, keep, allowed(result), null));
    }
    return told;
  }

  private static Duration retryAfter(JsonNode result) {
    long seconds = result.path("retryAfterSeconds").asLong();
    return Duration.ofSeconds(Math.max(1, Math.min(LONGEST_LIMITED_SECONDS, seconds)));
  }

  /** Null if it may be used from anywhere. What is no list of texts allows nobody. */
  private static @Nullable AllowedAddresses allowed(JsonNode result) {
    JsonNode cidrs = result.path("allowedCidrs");
    return cidrs.isMissingNode() || cidrs.isNull()
        ? null
        : AllowedAddresses.of(List.copyOf(texts(cidrs)));
  }

  private static @Nullable Live live(JsonNode result) {
    JsonNode id = result.path("id");
    JsonNode end = result.path("expiration");
    boolean hasEnd = end.isIntegralNumber() && end.canConvertToLong();
    if (!id.isIntegralNumber()
        || !id.canConvertToLong()
        || !result.path("name").isTextual()
        || !(hasEnd || end.isMissingNode() || end.isNull())) {
      return null; // Without its end it would live for ever.
    }
    Map<String, Set<String>> permissions = new HashMap<>();
    result
        .path("permissions")
        .properties()
        .forEach(held -> permissions.put(held.getKey(), texts(held.getValue())));
    return new Live(
        id.asLong(),
        result.path("name").asText(),
        texts(result.path("roles")),
        permissions,
        hasEnd ? Instant.ofEpochMilli(end.asLong()) : null);
  }

  private static Set<String> texts(JsonNode array) {
    Set<String> texts = new HashSet<>();
    array.forEach(
        text -> {
          if (text.isTextual()) {
            texts.add(text.asText());
          }
        });
    return Set.copyOf(texts);
  }
}
