package dev.servicetokens.cluster.real;

import dev.servicetokens.cluster.real.Client.Reply;
import dev.servicetokens.fixtures.Json;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.ThreadLocalRandom;
import java.util.function.BooleanSupplier;

/**
 * Creates tokens and deletes them, each time on another node; every fourth is deleted by two nodes
 * at once, and some had begun to create another one on each node. Presents a deleted token to all
 * nodes and the service at once when a DELETE has answered.
 */
final class Changer implements Runnable {

  private final List<Node> nodes;
  private final List<Place> places;
  private final Client client;
  private final Tokens tokens;
  private final History history;
  private final ExecutorService helpers;
  private final BooleanSupplier running;

  Changer(
      Cluster cluster,
      Client client,
      Tokens tokens,
      History history,
      ExecutorService helpers,
      BooleanSupplier running) {
    this.nodes = cluster.nodes();
    this.places = cluster.places();
    this.client = client;
    this.tokens = tokens;
    this.history = history;
    this.helpers = helpers;
    this.running = running;
  }

  /** Deletes a token, or creates one while there are few. */
  @Override
  public void run() {
    tokens.condemn().ifPresentOrElse(this::delete, this::create);
  }

  private void create() {
    String name = tokens.freshName();
    boolean mayCreate = ThreadLocalRandom.current().nextInt(3) == 0;
    Optional<Reply> created =
        client.create(anyNode(), name, mayCreate ? "stackstate-admin" : "stackstate-guest");
    created.ifPresent(reply -> history.add(new Call.Creation(name, reply.answer())));
    created
        .filter(reply -> reply.answer().status() == 200)
        .map(reply -> Json.text(reply.body(), "/token"))
        .ifPresent(
            secret ->
                idOf(name).ifPresent(id -> tokens.add(new Token(name, id, secret, mayCreate))));
  }

  private Optional<Long> idOf(String name) {
    while (running.getAsBoolean()) {
      Optional<Long> id = client.idOf(anyNode(), name);
      if (id.isPresent()) {
        return id;
      }
    }
    return Optional.empty();
  }

  private void delete(Token token) {
    List<ParkedCreation> parked = token.mayCreate() ? park(token) : List.of();
    boolean gone = deleteByOneOrTwo(token);
    for (ParkedCreation creation : parked) {
      try (creation) {
        if (gone) {
          history.add(new Call.Parked(token.name(), creation.finish()));
        }
      }
    }
  }

  /** When a node has answered another request of that token's, it has seen the head of this one. */
  private List<ParkedCreation> park(Token token) {
    List<ParkedCreation> parked = new ArrayList<>();
    for (Node node : nodes) {
      ParkedCreation.begin(node, token.secret()).ifPresent(parked::add);
      present(token, node);
    }
    return parked;
  }

  private boolean deleteByOneOrTwo(Token token) {
    if (token.id() % 4 != 0) {
      return deleteUntilGone(token);
    }
    CompletableFuture<Boolean> other =
        CompletableFuture.supplyAsync(() -> deleteUntilGone(token), helpers);
    boolean gone = deleteUntilGone(token);
    return other.join() || gone;
  }

  private boolean deleteUntilGone(Token token) {
    boolean gone = false;
    while (!gone && running.getAsBoolean()) {
      gone = client.delete(anyNode(), token.id()).filter(reply -> note(token, reply)).isPresent();
    }
    if (gone) {
      presentEverywhere(token);
    }
    return gone;
  }

  private boolean note(Token token, Reply reply) {
    history.add(new Call.Deletion(token.name(), token.id(), reply.answer(), reply.at()));
    return reply.answer().status() == 204 || reply.answer().status() == 404;
  }

  private void presentEverywhere(Token token) {
    List<Place> shuffled = new ArrayList<>(places);
    Collections.shuffle(shuffled);
    CompletableFuture.allOf(
            shuffled.stream()
                .map(place -> CompletableFuture.runAsync(() -> present(token, place), helpers))
                .toArray(CompletableFuture<?>[]::new))
        .join();
  }

  private void present(Token token, Place place) {
    client
        .verify(place, token.secret())
        .ifPresent(answer -> history.add(new Call.Verification(token.name(), answer)));
  }

  private Node anyNode() {
    return nodes.get(ThreadLocalRandom.current().nextInt(nodes.size()));
  }
}
