package dev.servicetokens.cluster;

import dev.servicetokens.access.ActorChanges;
import dev.servicetokens.access.ActorChanges.Touched;
import dev.servicetokens.access.Principal;
import dev.servicetokens.cluster.CoherentCommits.Numbered;
import dev.servicetokens.cluster.CoherentPrincipals.KnownChange;
import dev.servicetokens.cluster.LentLeases.Answer;
import dev.servicetokens.cluster.LentLeases.Question;
import dev.servicetokens.cluster.SimulatedDatabase.State;
import dev.servicetokens.token.TokenDigest;
import java.time.Clock;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.UUID;
import java.util.function.Consumer;
import java.util.function.Supplier;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/** One life of a node in a simulation: the real classes, put together over simulated ports. */
final class SimulatedNode {

  final SimulatedProcess process;
  final SimulatedChangeLog log;
  private final VirtualTime time;
  private final SimulationSettings settings;
  private final SimulatedDatabase database;
  private final Faults faults;
  private final RandomGenerator random;
  private final Mutant mutant;
  private final CoherenceNode node;
  private final CoherentPrincipals principals;
  private final LentLeases lent;
  private final AwaitedChanges awaited;
  private final FirstUses firstUses;
  private long answersFromMemory;

  SimulatedNode(
      VirtualTime time,
      SimulatedDatabase database,
      SimulationSettings settings,
      RandomGenerator random,
      Mutant mutant,
      int leaseMillis) {
    this.time = time;
    this.settings = settings;
    this.database = database;
    this.random = random;
    this.mutant = mutant;
    this.faults = new Faults(random, settings.lostPerMille());
    this.process = new SimulatedProcess(time, random, settings.pausePerMille());
    Supplier<UUID> ids = () -> new UUID(random.nextLong(), random.nextLong());
    Mutants mutants = new Mutants(mutant, time, process, database, random, settings);
    this.log = mutants.log();
    LeaseHolder leases = mutants.leases();
    PrincipalCache cache = mutants.cache();
    this.lent = mutants.lent(cache, leases);
    this.node = mutants.node(log, cache, leases, lent, leaseMillis, ids);
    this.awaited =
        mutants.awaited(mutants.log(), leaseMillis, work -> time.start(process, work), node::wake);
    this.firstUses =
        mutants.firstUses(new SimulatedFirstUses(database, this::transaction), awaited);
    this.principals =
        mutants.principals(
            cache,
            leases,
            new SimulatedPrincipalQuery(
                time, database, process, faults, random, mutant == Mutant.PENDING_KEPT_IN_MEMORY),
            firstUses);
    time.start(process, node);
  }

  /** A request, first on the event loop, then, if need be, on a thread that may block. */
  Optional<Principal> verify(TokenDigest digest, boolean wellFormed) {
    PrincipalAnswer answer = principals.ifInMemory(digest, wellFormed);
    if (answer != null) {
      answersFromMemory++;
      return answer.found();
    }
    process.local();
    return accepted(principals.ask(digest, wellFormed));
  }

  private PrincipalAnswer find(TokenDigest digest, boolean wellFormed) {
    PrincipalAnswer answer = principals.ifInMemory(digest, wellFormed);
    if (answer != null) {
      return answer;
    }
    process.local();
    return principals.ask(digest, wellFormed);
  }

  /** Accepts a pending secret first, as whoever verifies does. */
  private Optional<Principal> accepted(PrincipalAnswer answer) {
    if (!(answer instanceof SimulatedPrincipalQuery.Known known) || !known.isPending()) {
      return answer.found();
    }
    if (mutant == Mutant.ANSWERS_BEFORE_FIRST_USE_IS_COMMITTED) {
      time.start(process, () -> acceptLater(known.principal()));
      return answer.found();
    }
    return firstUses.accept(known.principal()) ? answer.found() : Optional.empty();
  }

  private void acceptLater(Principal found) {
    try {
      firstUses.accept(found);
    } catch (LogUnavailableException | UnavailableException e) {
      // Nobody waits for it.
    }
  }

  /** A holder asks for a lease: who it is, first, as for every request. */
  void lend(Question question, Consumer<? super Answer> answered) {
    try {
      if (find(Oracle.digest(question.caller().tokenId(), 0), true).found().isPresent()) {
        lent.ask(question).thenAccept(answered);
      } else {
        answered.accept(new Answer.NothingLent(1));
      }
    } catch (LogUnavailableException | UnavailableException e) {
      answered.accept(new Answer.NoLease());
    }
  }

  /** The connection of that holder has ended before its answer was sent. */
  void cutOff(Question question) {
    if (mutant == Mutant.HOLDER_FORGOTTEN_WHEN_CUT_OFF) {
      lent.holders.remove(new LentLeases.HolderKey(question.caller().tokenId(), question.holder()));
    }
  }

  /** A holder asks about a token. */
  void tell(TokenDigest digest, boolean wellFormed, Consumer<? super Told> answered) {
    Optional<KnownChange> known = principals.knownChange();
    process.local();
    try {
      PrincipalAnswer answer = find(digest, wellFormed);
      Optional<Principal> found = accepted(answer);
      if (mutant == Mutant.FILL_NUMBERED_AFTER_LOOK_UP) {
        process.remote();
        known = principals.knownChange();
      }
      boolean mayBeKept = !(answer instanceof PrincipalAnswer.Found one) || one.mayBeKept();
      answered.accept(new Told(found, known.orElse(null), false, mayBeKept));
    } catch (LogUnavailableException | UnavailableException e) {
      answered.accept(new Told(Optional.empty(), null, true, false));
    }
  }

  /**
   * What a node tells of a token.
   *
   * @param known the change that it knew before; null if it follows no log
   * @param isRefused whether it could not tell
   * @param mayBeKept whether it is more than for this once
   */
  record Told(
      Optional<Principal> found,
      @Nullable KnownChange known,
      boolean isRefused,
      boolean mayBeKept) {}

  long answersFromMemory() {
    return answersFromMemory;
  }

  /** DELETE; says whether there was such a token. */
  boolean delete(long tokenId) {
    SimulatedTransactions transaction = transaction();
    if (mutant == Mutant.NOT_FOUND_AT_ONCE) {
      Numbered<Boolean> committed = transaction.numbered(changed -> false);
      if (!database.state().hasToken(tokenId)) {
        return committed.result();
      }
    }
    return commits(transaction)
        .onEveryNode(
            changed -> {
              boolean found = transaction.delete(tokenId);
              if (found) {
                changed.token(tokenId);
              }
              return found;
            });
  }

  /**
   * A rotation until the first use: the token gets a secret of that id. Of two, the one goes that
   * nobody was accepted by.
   *
   * @return the id of the secret that has gone; empty if none has, or there is no such token
   */
  OptionalLong rotate(Principal rotated) {
    SimulatedTransactions transaction = transaction();
    return commits(transaction)
        .onEveryNode(
            changed -> {
              if (!transaction.lock(rotated.tokenId())) {
                return OptionalLong.empty();
              }
              State now = database.state();
              List<TokenDigest> live =
                  now.tokens.keySet().stream()
                      .filter(digest -> digest.a() == rotated.tokenId())
                      .sorted(Comparator.comparingLong(TokenDigest::b))
                      .toList();
              TokenDigest newest = live.getLast();
              boolean isReplaced = live.size() > 1 && now.rotated.getOrDefault(newest, 1L) == 0;
              TokenDigest digest = Oracle.digest(rotated.tokenId(), rotated.secretId());
              transaction.write(
                  state -> {
                    if (isReplaced) {
                      state.tokens.remove(newest);
                    }
                    state.tokens.put(digest, rotated);
                    state.rotated.put(digest, 0L);
                  });
              changed.token(rotated.tokenId());
              return isReplaced ? OptionalLong.of(newest.b()) : OptionalLong.empty();
            });
  }

  /** A permission change: all tokens of that role now have this version of it. */
  void grant(Principal changed, TokenDigest digest) {
    SimulatedTransactions transaction = transaction();
    commits(transaction)
        .onEveryNode(
            changes -> {
              transaction.write(
                  state ->
                      state.tokens.computeIfPresent(
                          digest, (d, old) -> Oracle.newer(old, changed)));
              changes.subject(changed.roles().getFirst());
              return changed;
            });
  }

  /** A configured token string is put in place. */
  void configure(Principal principal, TokenDigest digest) {
    SimulatedTransactions transaction = transaction();
    commits(transaction)
        .onEveryNode(
            changes -> {
              transaction.write(
                  state -> {
                    state.tokens.put(digest, principal);
                    state.configured.add(digest);
                  });
              if (mutant != Mutant.CONFIGURED_IS_NO_CHANGE) {
                changes.everything();
              }
              return principal;
            });
  }

  /**
   * The last byte of a request to create a token, whose head came some time ago.
   *
   * @param asking who asked then
   * @param committed is told when it is so
   */
  void create(Principal asking, Runnable committed) {
    SimulatedTransactions transaction = transaction();
    ActorChanges.Locks locks =
        (actorId, secretId, touched) ->
            mutant == Mutant.ACTOR_NOT_ASKED_AGAIN
                ? Optional.of(asking)
                : transaction.actor(actorId);
    new ActorChanges(locks, commits(transaction), Clock.systemUTC())
        .durably(
            asking,
            new Touched.NewToken(asking.roles(), null),
            actor -> {
              transaction.write(
                  state -> {
                    if (state == database.state()) {
                      committed.run();
                    }
                  });
              return actor;
            });
  }

  /** The process ends in good order. */
  void stop() {
    node.stop();
  }

  private CoherentCommits commits(SimulatedTransactions transaction) {
    return new CoherentCommits(transaction, awaited);
  }

  private SimulatedTransactions transaction() {
    return new SimulatedTransactions(
        database, process, faults, random, mutant, settings.synchronousStandby());
  }
}
