package dev.servicetokens.cluster;

import dev.servicetokens.access.Principal;
import dev.servicetokens.client.OpenHolderMemory;
import dev.servicetokens.client.OpenHolderMemory.Request;
import dev.servicetokens.client.Verification;
import dev.servicetokens.cluster.LentLeases.Answer;
import dev.servicetokens.cluster.LentLeases.Question;
import dev.servicetokens.cluster.SimulatedNode.Told;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;
import java.util.random.RandomGenerator;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * A service in a simulation that verifies in its own memory, under leases of any node: the SDK's
 * memory and the server's lending, both real, with a network between that loses and delays. Of the
 * SDK's threads and HTTP it has what matters: it asks one thing at a time, and another node when
 * one has not answered.
 */
final class SimulatedHolder {

  private static final long MILLI = 1_000_000;
  private static final long LONGEST_WAIT = 400 * MILLI;
  private static final long PACE = 20 * MILLI;

  final SimulatedProcess process;
  private final VirtualTime time;
  private final RandomGenerator random;
  private final Mutant mutant;
  private final Faults faults;
  private final SimulatedNode[] nodes;
  private final Principal own;
  private final OpenHolderMemory memory;

  /** Whether the clocks stand where the lease holds; for one mutant. */
  private @Nullable Request frozenAt;

  private @Nullable Request lastLent;

  private long answersFromMemory;

  /**
   * Makes one that begins at once.
   *
   * @param nodes those that run, by their places
   * @param own its own token
   */
  SimulatedHolder(
      VirtualTime time,
      RandomGenerator random,
      SimulationSettings settings,
      Mutant mutant,
      SimulatedNode[] nodes,
      Principal own) {
    this.time = time;
    this.random = random;
    this.mutant = mutant;
    this.nodes = nodes;
    this.own = own;
    this.faults = new Faults(random, settings.lostPerMille());
    this.process = new SimulatedProcess(time, random, settings.pausePerMille());
    this.memory = new OpenHolderMemory(new Clocks(), () -> "holder-" + random.nextLong());
    time.start(process, this::renewForEver);
  }

  private final class Clocks implements OpenHolderMemory.Clocks {
    @Override
    public long nanoTime(boolean still) {
      Request frozen = frozenAt;
      if (frozen != null) {
        return frozen.sentNanos();
      }
      return still ? process.nanosNow() : process.nanoTime();
    }

    @Override
    public long wallMillis(boolean still) {
      Request frozen = frozenAt;
      if (frozen != null) {
        return frozen.sentWallMillis();
      }
      return still ? process.wallNow() : process.wallMillis();
    }
  }

  private void renewForEver() {
    int at = random.nextInt(nodes.length);
    while (true) {
      long begun = time.now();
      Request request = memory.request();
      Question question =
          new Question(
              own,
              request.holder(),
              request.sequence(),
              request.applied(),
              request.changeId(),
              request.serverStart());
      process.local();
      SimulatedNode node = nodes[at];
      Answer answer =
          ask(
              node,
              answered -> node.lend(question, answered),
              () -> node.cutOff(question),
              late -> take(request, late));
      if (answer == null || !take(request, answer)) {
        at = (at + 1) % nodes.length;
      }
      process.sleep(Math.max(1, PACE - (time.now() - begun)));
    }
  }

  /** Says whether to stay with that node. */
  private boolean take(Request request, Answer answer) {
    process.local();
    switch (answer) {
      case Answer.Lent lent -> {
        process.trace(
            "holder %s: lent %d ms, place %d, %d changes, empty %s",
            request.holder(),
            lent.remainingMillis(),
            lent.number(),
            lent.changes().size(),
            lent.empty());
        if (lent.remainingMillis() > 0) {
          lastLent = request;
        }
        switch (mutant) {
          case HOLDER_COUNTS_FROM_REPLY ->
              memory.applyFromNow(
                  request, lent, (process.nanosNow() - request.sentNanos()) / MILLI);
          case HOLDER_HAS_LEASE_BEFORE_APPLY ->
              memory.applyLeaseFirst(
                  request, lent, () -> process.sleep(random.nextLong(30 * MILLI)));
          default -> memory.apply(request, lent);
        }
        return lent.remainingMillis() > 0;
      }
      case Answer.Superseded() -> memory.startOver();
      case Answer.NothingLent _, Answer.NoLease() -> {}
    }
    return false;
  }

  /**
   * A check (rule 27): by memory, or by a node's answer, which is kept.
   *
   * @throws LogUnavailableException if no node answers
   */
  Optional<Principal> verify(Oracle token) {
    String text = token.text();
    Verification known = lookUp(text);
    if (known != null) {
      answersFromMemory++;
      return known instanceof Verification.Live live
          ? Optional.of(token.principal(version(live)))
          : Optional.empty();
    }
    SimulatedNode node = nodes[random.nextInt(nodes.length)];
    Told told =
        ask(
            node,
            answered -> node.tell(token.digest, token.wellFormed, answered),
            () -> {},
            late -> keep(text, late));
    if (told == null || told.isRefused()) {
      throw new LogUnavailableException("unavailable");
    }
    process.local();
    keep(text, told);
    return told.found();
  }

  private @Nullable Verification lookUp(String text) {
    if (mutant != Mutant.HOLDER_LOOKS_UP_BEFORE_LEASE) {
      return memory.lookUp(text);
    }
    frozenAt = lastLent;
    Verification seen = memory.lookUp(text);
    frozenAt = null;
    process.local();
    return memory.isLeaseHeld() ? seen : null;
  }

  private void keep(String text, Told told) {
    CoherentPrincipals.KnownChange known = told.known();
    if (told.isRefused() || !told.mayBeKept() || known == null) {
      return;
    }
    Verification.Live live = told.found().map(SimulatedHolder::live).orElse(null);
    List<String> keys = told.found().map(Change::keysOf).orElse(List.of());
    if (mutant == Mutant.HOLDER_FILLS_UNGUARDED) {
      memory.fillUnguarded(text, live, keys);
    } else {
      memory.fill(text, live, keys, known.number(), known.serverStart());
    }
  }

  private static Verification.Live live(Principal principal) {
    Map<String, Set<String>> permissions =
        principal.permissions().namesByResource().entrySet().stream()
            .collect(Collectors.toMap(Map.Entry::getKey, held -> Set.copyOf(held.getValue())));
    return new Verification.Live(
        principal.tokenId(), principal.name(), Set.of(), permissions, null);
  }

  private static int version(Verification.Live live) {
    return Integer.parseInt(live.permissions().keySet().iterator().next().substring(1));
  }

  long answersFromMemory() {
    return answersFromMemory;
  }

  /** Asks a node; null if there is no answer in time. */
  private <T> @Nullable T ask(
      SimulatedNode node,
      Consumer<Consumer<T>> service,
      Runnable cutOff,
      Consumer<? super T> tookTooLong) {
    Exchange<T> exchange = new Exchange<>(process.latch(), tookTooLong);
    process.remote();
    if (!faults.happens()) {
      time.start(
          node.process,
          () ->
              service.accept(
                  answer -> {
                    if (faults.happens()) {
                      cutOff.run();
                    } else {
                      time.later(way(), () -> exchange.arrive(answer));
                    }
                  }));
    }
    exchange.opened.await(LONGEST_WAIT);
    exchange.isOver = true;
    return exchange.answer;
  }

  /** Most answers come soon, and some when nobody waits for them any more. */
  private long way() {
    int die = random.nextInt(100);
    return random.nextLong(die == 0 ? 900 * MILLI : die < 5 ? 30 * MILLI : MILLI);
  }

  /** One question and its answer. */
  private final class Exchange<T> {
    private final Time.Latch opened;
    private final Consumer<? super T> tookTooLong;
    private @Nullable T answer;
    private boolean isOver;

    Exchange(Time.Latch opened, Consumer<? super T> tookTooLong) {
      this.opened = opened;
      this.tookTooLong = tookTooLong;
    }

    void arrive(T said) {
      if (isOver) {
        time.start(process, () -> tookTooLong.accept(said));
      } else {
        answer = said;
        opened.open();
      }
    }
  }
}
