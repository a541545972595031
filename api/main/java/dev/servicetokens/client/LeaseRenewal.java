package dev.servicetokens.client;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.servicetokens.client.HolderMemory.Answer;
import dev.servicetokens.client.HolderMemory.Change;
import dev.servicetokens.client.HolderMemory.Place;
import dev.servicetokens.client.HolderMemory.Request;
import dev.servicetokens.client.HolderUses.Used;
import dev.servicetokens.client.VerifierNodes.Node;
import dev.servicetokens.client.VerifierNodes.Reply;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * Asks a node for a lease, and again as soon as it has answered, for as long as the verifier lives.
 * A node holds the question until it has something to tell, 150 ms at most. Everything here but
 * {@link #why} and {@link #begin} happens on one thread at a time: whichever has the answer asks
 * again.
 */
final class LeaseRenewal {

  /** Is told what becomes of the lease. */
  interface Listener {

    /** It is held again, or is over; told once for each. */
    void leaseHeld(boolean held, String why);

    /** A node has answered for the first time, with a lease or without. */
    void answered();

    /** Everything has to be refused. */
    void ownTokenRefused(Reply.Refused refused);

    /** The process is taken for another one's twin, and has become a new holder. */
    void startedOver();
  }

  private static final int MOST_USES = 500;
  private static final int MOST_CHANGES = 1000;

  /** A node holds a question for 150 ms, and another one must lend before the lease is over. */
  private static final long LATE_WHILE_HELD = TimeUnit.MILLISECONDS.toNanos(400);

  private static final long LATE = TimeUnit.SECONDS.toNanos(2);

  /** No faster than this, if a node answers at once and has nothing to tell. */
  private static final long PACE_NANOS = TimeUnit.MILLISECONDS.toNanos(20);

  private static final long PACE_AFTER_FAULT_NANOS = TimeUnit.SECONDS.toNanos(1);

  private static final Duration WHILE_REFUSED = Duration.ofSeconds(5);
  private static final Duration WHILE_UNKNOWN_THERE = Duration.ofSeconds(60);
  private static final Duration WHILE_NOTHING_LENT = Duration.ofMillis(200);

  private final VerifierNodes nodes;
  private final HolderMemory memory;
  private final ScheduledExecutorService thread;
  private final VerifierTime time;
  private final Listener listener;
  private volatile String why = "no node has been asked for a lease yet";
  private boolean held;
  private boolean broken;

  LeaseRenewal(
      VerifierNodes nodes,
      HolderMemory memory,
      ScheduledExecutorService thread,
      VerifierTime time,
      Listener listener) {
    this.nodes = nodes;
    this.memory = memory;
    this.thread = thread;
    this.time = time;
    this.listener = listener;
  }

  /** Begins, on the thread. */
  void begin() {
    thread.execute(this::renew);
  }

  /** Why no lease is held; what it says while one is held means nothing. */
  String why() {
    return why;
  }

  private void renew() {
    tellWhetherHeld();
    Node node = nodes.lender();
    if (node == null) {
      renewIn(Math.max(PACE_NANOS, nodes.nanosUntilLender()));
      return;
    }
    List<Used> uses = memory.uses().take(MOST_USES);
    Request request = memory.request();
    node.post(
            "/verifications/lease",
            body(request, uses),
            memory.isLeaseHeld() ? LATE_WHILE_HELD : LATE)
        .thenAccept(reply -> take(node, request, uses, reply))
        .whenComplete(
            (done, failure) -> {
              if (failure != null) {
                renewIn(PACE_AFTER_FAULT_NANOS); // Whatever it is must not end the renewal.
              }
            });
  }

  private void take(Node node, Request request, List<Used> uses, Reply reply) {
    Answer answer = reply instanceof Reply.Answered answered ? answer(answered.body()) : null;
    if (answer == null) {
      memory.uses().giveBack(uses);
      refused(node, reply instanceof Reply.Answered ? node.unreadable() : reply);
      return;
    }
    boolean news = memory.apply(request, answer);
    listener.answered();
    broken = false;
    if (answer.remainingMillis() > 0) {
      node.isFirst();
    } else {
      why = "the node lends nothing now";
      if (!news) {
        node.askForLeaseAgainIn(WHILE_NOTHING_LENT); // News is acknowledged first, and at once.
      }
    }
    tellWhetherHeld();
    long tookNanos = time.nanoTime() - request.sentNanos();
    renewIn(news || tookNanos >= PACE_NANOS ? 0 : PACE_NANOS - tookNanos);
  }

  private void refused(Node node, Reply reply) {
    long pauseNanos = 0;
    if (reply instanceof Reply.Refused refused) {
      why = refused.message();
      if (refused.isOwnToken()) {
        listener.ownTokenRefused(refused);
        node.askForLeaseAgainIn(WHILE_REFUSED);
      } else if (refused.status() == 409) {
        memory.startOver();
        listener.startedOver();
      } else if (refused.retryAfter() != null) {
        listener.answered();
        node.askForLeaseAgainIn(refused.retryAfter());
      } else if (refused.status() / 100 == 5 || refused.status() == 429) {
        node.askForLeaseAgainIn(WHILE_NOTHING_LENT);
      } else {
        listener.answered();
        node.askForLeaseAgainIn(WHILE_UNKNOWN_THERE);
      }
      pauseNanos = PACE_NANOS;
      node.isLast();
    } else if (reply instanceof Reply.Failed failed) {
      why = failed.reason();
      if (failed.again() && !broken) {
        broken = true; // Perhaps an old connection that the node had closed: the same node again.
      } else {
        node.isLast();
        pauseNanos = PACE_NANOS;
      }
    }
    tellWhetherHeld();
    renewIn(pauseNanos);
  }

  private void tellWhetherHeld() {
    boolean now = memory.isLeaseHeld();
    if (now != held) {
      held = now;
      listener.leaseHeld(now, why);
    }
  }

  /** At once on the same thread: a DELETE waits for what is acknowledged. */
  private void renewIn(long nanos) {
    if (thread.isShutdown()) {
      return;
    }
    if (nanos <= 0) {
      renew();
    } else {
      thread.schedule(this::renew, nanos, TimeUnit.NANOSECONDS);
    }
  }

  private static byte[] body(Request request, List<Used> uses) {
    ObjectNode body = VerifierNodes.JSON.createObjectNode();
    body.put("holder", request.holder()).put("sequence", request.sequence());
    Place applied = request.applied();
    body.put("applied", applied == null ? 0 : applied.changeNumber());
    if (applied != null) {
      body.put("serverStart", applied.serverStart());
      if (applied.changeId() != null) {
        body.put("changeId", applied.changeId());
      }
    }
    if (!uses.isEmpty()) {
      ArrayNode array = body.putArray("uses");
      for (Used used : uses) {
        ObjectNode one =
            array
                .addObject()
                .put("id", used.id())
                .put("at", used.atMillis())
                .put("count", used.count());
        String address = ServiceTokenVerifier.literal(used.address());
        if (address != null) {
          one.put("address", address);
        }
      }
    }
    return body.toString().getBytes(StandardCharsets.UTF_8);
  }

  /** Null if that is no answer of a node. */
  private static @Nullable Answer answer(JsonNode body) {
    JsonNode remaining = body.path("remaining");
    JsonNode number = body.path("changeNumber");
    JsonNode start = body.path("serverStart");
    JsonNode changes = body.path("changes");
    if (!isCount(remaining)
        || !isCount(number)
        || !start.isTextual()
        || !body.path("empty").isBoolean()
        || changes.size() > MOST_CHANGES) {
      return null;
    }
    List<Change> read = new ArrayList<>();
    for (JsonNode change : changes) {
      JsonNode key = change.path("key");
      boolean all = key.isMissingNode() || key.isNull();
      if (!isCount(change.path("number"))
          || !change.path("id").isTextual()
          || !(all || key.isTextual())) {
        return null;
      }
      read.add(
          new Change(
              change.path("number").asLong(),
              change.path("id").asText(),
              all ? null : key.asText()));
    }
    JsonNode id = body.path("changeId");
    return new Answer(
        remaining.asLong(),
        new Place(number.asLong(), id.isTextual() ? id.asText() : null, start.asText()),
        body.path("empty").asBoolean(),
        read);
  }

  private static boolean isCount(JsonNode number) {
    return number.isIntegralNumber() && number.canConvertToLong() && number.asLong() >= 0;
  }
}
