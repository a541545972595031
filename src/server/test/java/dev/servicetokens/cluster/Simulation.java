package dev.servicetokens.cluster;

import dev.servicetokens.access.ActorNotLiveException;
import dev.servicetokens.access.DefinedPermissions;
import dev.servicetokens.access.Permission;
import dev.servicetokens.access.PermissionSet;
import dev.servicetokens.access.Principal;
import dev.servicetokens.access.SubjectHandle;
import dev.servicetokens.cluster.ChangeLog.LoggedChange;
import dev.servicetokens.token.TokenDigest;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.random.RandomGenerator;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Three nodes, one database and a rough world for some seconds of virtual time. The same seed gives
 * the same run.
 */
final class Simulation {

  private static final int NODES = 3;
  private static final int TOKENS = 5;
  private static final long MILLI = 1_000_000;
  private static final long END = 3_400 * MILLI;
  private static final long LAST_TROUBLE = 2_000 * MILLI;

  private final RandomGenerator random;
  private final VirtualTime time = new VirtualTime(END);
  private final SimulatedDatabase database = new SimulatedDatabase(time);
  private final SimulationSettings settings;
  private final Mutant mutant;
  private final SimulatedNode[] nodes = new SimulatedNode[NODES];
  private final SimulatedHolder[] holders;
  private final int[] leaseMillis = new int[NODES];
  private final List<Oracle> tokens = new ArrayList<>();
  private final Rotations rotations = new Rotations();
  private @Nullable String violation;
  private long requests;

  Simulation(long seed, Mutant mutant) {
    this.random = new SplittableRandom(seed);
    this.settings = SimulationSettings.random(random).towards(mutant);
    this.mutant = mutant;
    this.holders = new SimulatedHolder[settings.holders()];
  }

  /** What was promised and not kept; empty if all was. */
  Optional<String> run() throws InterruptedException {
    for (int i = 0; i <= TOKENS; i++) {
      Oracle token = new Oracle(100 + i, i < TOKENS);
      tokens.add(token);
      if (i < TOKENS) {
        database.writeEverywhere(state -> state.tokens.put(token.digest, token.principal(0)));
      }
    }
    List<Oracle> asked = tokens.stream().filter(token -> random.nextInt(3) != 0).toList();
    for (int i = 0; i < NODES; i++) {
      int node = i;
      leaseMillis[i] = i == 0 && settings.longLease() ? 3000 : 1000;
      time.later(i * 7 * MILLI, () -> start(node));
      for (long at = 20 * MILLI; at < LAST_TROUBLE; at += random.nextLong(20, 120) * MILLI) {
        if (asked.isEmpty()) {
          break;
        }
        Oracle token = asked.get(random.nextInt(asked.size()));
        int together = 1 + random.nextInt(2);
        time.later(at, () -> request(node, token, together));
      }
    }
    for (int i = 0; i < holders.length; i++) {
      int holder = i;
      Principal own = service(200 + i);
      database.writeEverywhere(
          state -> state.tokens.put(new TokenDigest(own.tokenId(), 0, 0, 0), own));
      time.later(random.nextLong(30, 300) * MILLI, () -> startHolder(holder, own));
      for (long at = 320 * MILLI; at < LAST_TROUBLE; at += random.nextLong(20, 120) * MILLI) {
        if (!asked.isEmpty()) {
          Oracle token = asked.get(random.nextInt(asked.size()));
          time.later(at, () -> check(holder, token));
        }
      }
    }
    plan();
    rotations.plan();
    time.run();
    return Optional.ofNullable(violation);
  }

  long requests() {
    return requests;
  }

  /** How much has happened in all. */
  long events() {
    return time.events();
  }

  long answersFromMemory() {
    long all = 0;
    for (SimulatedNode node : nodes) {
      all += node.answersFromMemory();
    }
    return all;
  }

  /** How many checks holders have answered from their own memory. */
  long answersOfHolders() {
    return Arrays.stream(holders)
        .filter(Objects::nonNull)
        .mapToLong(SimulatedHolder::answersFromMemory)
        .sum();
  }

  /** A service's own token, which may verify others. */
  private static Principal service(long tokenId) {
    return new Principal(
        tokenId,
        "service",
        List.of(new SubjectHandle("services")),
        new PermissionSet(Map.of(PermissionSet.SYSTEM, Set.of(Permission.VERIFY_SERVICE_TOKENS))),
        null,
        DefinedPermissions.PREDEFINED);
  }

  private void startHolder(int holder, Principal own) {
    holders[holder] = new SimulatedHolder(time, random, settings, mutant, nodes, own);
  }

  private void start(int node) {
    nodes[node] = new SimulatedNode(time, database, settings, random, mutant, leaseMillis[node]);
  }

  private void plan() {
    for (int i = 0; i < 3; i++) {
      Oracle token = tokens.get(i);
      long at = random.nextLong(100, 2000) * MILLI;
      time.later(at, () -> delete(token));
      if (random.nextInt(3) == 0) {
        time.later(at + random.nextLong(30 * MILLI), () -> delete(token));
      }
      // Requests of its own that begin before it is deleted, and end about then or later.
      for (int k = random.nextInt(3); k > 0; k--) {
        long begins = Math.max(50 * MILLI, at - random.nextLong(400 * MILLI));
        long parked = random.nextLong(at - begins + 30 * MILLI);
        time.later(begins, () -> park(token, parked));
      }
      // Queries under way when it is deleted.
      for (int k = random.nextInt(4); k > 0; k--) {
        int node = random.nextInt(NODES);
        time.later(at + random.nextLong(3 * MILLI), () -> request(node, token, 1));
      }
    }
    for (int i = random.nextInt(4); i > 0; i--) {
      time.later(moment(), () -> grant(tokens.get(TOKENS - 1)));
    }
    if (random.nextInt(3) == 0) {
      time.later(moment(), () -> configure(tokens.get(TOKENS)));
    }
    for (int i = 0; i < settings.stops(); i++) {
      stop(random.nextInt(NODES), moment());
    }
    for (int i = 0; i < holders.length; i++) {
      if (random.nextInt(3) == 0) {
        stopHolder(i, random.nextLong(350, 2000) * MILLI);
      }
    }
    for (int i = 0; i < settings.kills(); i++) {
      int node = random.nextInt(NODES);
      boolean clean = random.nextInt(3) == 0;
      time.later(moment(), () -> end(node, clean));
    }
    long nanos = random.nextLong(10 * MILLI);
    switch (settings.databaseFails()) {
      case NEVER -> {}
      case ANY_TIME -> time.later(moment(), this::failDatabase);
      case AFTER_A_LOOK -> time.later(moment(), this::failDatabaseAfterALook);
      case AFTER_COMMIT ->
          time.later(
              moment(), () -> database.onNextCommit(() -> time.later(nanos, this::failDatabase)));
    }
    if (settings.prunes()) {
      for (long at = 100 * MILLI; at < END; at += 50 * MILLI) {
        time.later(at, this::prune);
      }
    }
    for (long at = random.nextLong(100, 400) * MILLI; at < END; at += 400 * MILLI) {
      if (random.nextInt(2) == 0) {
        time.later(at, database::replicate);
      }
    }
  }

  private long moment() {
    return random.nextLong(100 * MILLI, LAST_TROUBLE);
  }

  /** A node stops for a while; what happens when it goes on is what is hard. */
  private void stop(int node, long at) {
    long nanos = random.nextLong(200, 2400) * MILLI;
    boolean whole = random.nextInt(3) == 0;
    time.later(
        at,
        () -> {
          time.trace("node %d %s for %d ms", node, whole ? "suspended" : "stopped", nanos / MILLI);
          SimulatedProcess process = nodes[node].process;
          if (whole) {
            process.suspend(nanos);
          } else {
            process.stop(nanos);
          }
        });
    if (random.nextBoolean()) {
      int other = (node + 1) % NODES;
      time.later(at + random.nextLong(50 * MILLI), () -> delete(tokens.get(2), other));
      long wakes = at + nanos + random.nextLong(-3 * MILLI, 12 * MILLI);
      time.later(wakes, () -> delete(tokens.get(3), other));
    }
    for (Oracle token : tokens) {
      time.later(at + nanos + random.nextLong(MILLI), () -> request(node, token, 1));
    }
  }

  /** As a node, see above: a deletion while it stands still, and one when it goes on. */
  private void stopHolder(int holder, long at) {
    long nanos = random.nextLong(200, random.nextBoolean() ? 2400 : 1000) * MILLI;
    boolean whole = random.nextInt(3) == 0;
    time.later(
        at,
        () -> {
          time.trace(
              "holder %d %s for %d ms", holder, whole ? "suspended" : "stopped", nanos / MILLI);
          SimulatedProcess process = holders[holder].process;
          if (whole) {
            process.suspend(nanos);
          } else {
            process.stop(nanos);
          }
        });
    int node = random.nextInt(NODES);
    time.later(at + random.nextLong(50 * MILLI), () -> delete(tokens.get(2), node));
    time.later(
        at + nanos + random.nextLong(-3 * MILLI, 12 * MILLI), () -> delete(tokens.get(3), node));
    for (Oracle token : tokens) {
      time.later(at + nanos + random.nextLong(MILLI), () -> check(holder, token));
    }
  }

  private void end(int node, boolean clean) {
    time.trace("node %d ends, clean %s", node, clean);
    SimulatedNode ending = nodes[node];
    if (clean) {
      ending.stop();
    }
    time.later(
        clean ? 100 * MILLI + random.nextInt(2) * 1100 * MILLI : 0,
        () -> {
          ending.process.kill();
          ending.log.cut();
          time.later(random.nextLong(300) * MILLI, () -> start(node));
        });
  }

  private void failDatabase() {
    database.dies();
    for (int i = 0; i < NODES; i++) {
      request(i, tokens.get(3), 1);
    }
    time.later(random.nextLong(3 * MILLI), () -> failDatabaseNow(random.nextInt(NODES)));
  }

  /** The waiting side sees the nodes, and again when the standby, which lags, has taken over. */
  private void failDatabaseAfterALook() {
    int node = random.nextInt(NODES);
    delete(tokens.get(2), node);
    time.later(random.nextLong(60 * MILLI), database::replicate);
    time.later(random.nextLong(1100 * MILLI, 1500 * MILLI), () -> failDatabaseNow(node));
  }

  private void failDatabaseNow(int node) {
    long nanos = random.nextLong(3, 200) * MILLI;
    if (random.nextBoolean()) {
      time.trace("database restarts in %d ms", nanos / MILLI);
      database.restart(nanos);
    } else {
      database.failOver(nanos);
      time.trace("fail-over in %d ms, log now %s", nanos / MILLI, database.state().log);
      database.setClockAhead(random.nextLong(2000) * MILLI);
      tokens.forEach(this::lose);
      rotations.secrets.forEach(this::lose);
    }
    // Deletions right after it find what the new server has of the nodes.
    Oracle token = tokens.get(3);
    time.later(nanos + random.nextLong(5 * MILLI), () -> delete(token, node));
  }

  /** What no standby was waited for may be lost. */
  private void lose(Oracle token) {
    if (settings.synchronousStandby() && token.isUndone(database.state().tokens)) {
      violated("token %d lives again after DELETE had returned".formatted(token.tokenId));
    }
    token.lost(database.state().tokens);
  }

  /** Keeps the newest change, as the housekeeping does. */
  private void prune() {
    List<LoggedChange> log = database.state().log;
    if (log.size() > 1) {
      long newest = log.getLast().number();
      database.write(state -> state.log.removeIf(change -> change.number() < newest));
    }
  }

  private void request(int node, Oracle token, int together) {
    for (int i = 0; i < together; i++) {
      SimulatedNode asked = nodes[node];
      time.start(
          asked.process,
          () -> {
            Oracle.Expectation expected = token.begin();
            rotations.useBegins(token);
            requests++;
            try {
              long begun = time.now();
              Optional<Principal> answer = asked.verify(token.digest, token.wellFormed);
              time.trace(
                  "node %d answers %s for %s, asked at %.3f",
                  node, answer.isPresent(), token.text(), begun / 1e6);
              expected
                  .violation(answer)
                  .ifPresent(
                      wrong -> violated("node %d: %s %s".formatted(node, token.text(), wrong)));
              rotations.used(token, answer.isPresent());
            } catch (LogUnavailableException | UnavailableException e) {
              // 503 promises nothing.
            }
          });
    }
  }

  /** Somebody asks a service, which verifies the token. */
  private void check(int holder, Oracle token) {
    SimulatedHolder asked = holders[holder];
    time.start(
        asked.process,
        () -> {
          Oracle.Expectation expected = token.begin();
          rotations.useBegins(token);
          try {
            long begun = time.now();
            Optional<Principal> answer = asked.verify(token);
            time.trace(
                "holder %d answers %s for %s, asked at %.3f",
                holder, answer.isPresent(), token.text(), begun / 1e6);
            expected
                .violation(answer)
                .ifPresent(
                    wrong -> violated("holder %d: %s %s".formatted(holder, token.text(), wrong)));
            rotations.used(token, answer.isPresent());
          } catch (LogUnavailableException | UnavailableException e) {
            // It answers 503, which promises nothing.
          }
        });
  }

  /** The head of a request to create a token comes, and the rest of it after that time. */
  private void park(Oracle token, long nanos) {
    SimulatedNode node = nodes[random.nextInt(NODES)];
    time.start(
        node.process,
        () -> {
          try {
            Optional<Principal> asking = node.verify(token.digest, token.wellFormed);
            if (asking.isPresent()) {
              node.process.sleep(nanos);
              node.create(asking.get(), () -> created(token));
            }
          } catch (LogUnavailableException | UnavailableException | ActorNotLiveException e) {
            // Nothing is created, or nobody is told so.
          }
        });
  }

  private void created(Oracle by) {
    time.trace("a token is created by %d", by.tokenId);
    if (by.isDeleteReturned()) {
      violated("token %d created another after its DELETE had returned".formatted(by.tokenId));
    }
  }

  private void violated(String how) {
    if (violation == null) {
      violation = "at %d ms %s".formatted(time.now() / MILLI, how);
    }
  }

  /** Whoever deletes asks again, at another node, until there is an answer. */
  private void delete(Oracle token) {
    delete(token, random.nextInt(NODES));
  }

  private void delete(Oracle token, int at) {
    token.deleteBegins();
    SimulatedNode node = nodes[at];
    int server = database.server();
    time.later(1500 * MILLI, () -> deleteAgain(token));
    time.start(
        node.process,
        () -> {
          try {
            boolean found = node.delete(token.tokenId);
            time.trace("DELETE %d returns %s", token.tokenId, found);
            if (isPremiseBroken(server)) {
              return;
            }
            token.deleted(database.state().tokens);
            if (token.wellFormed && !token.isDeleteReturned()) {
              violated("token %d is there although DELETE has returned".formatted(token.tokenId));
            }
            probe(token);
          } catch (LogUnavailableException | UnavailableException e) {
            time.later(random.nextLong(20 * MILLI), () -> delete(token));
          }
        });
  }

  /** What was acknowledged may be lost where no standby is waited for: then nothing is promised. */
  private boolean isPremiseBroken(int server) {
    return !settings.synchronousStandby() && server != database.server();
  }

  private void deleteAgain(Oracle token) {
    if (!token.isDeleteReturned()) {
      delete(token);
    }
  }

  private void probe(Oracle token) {
    for (int i = 0; i < NODES; i++) {
      int node = i;
      long at = 0;
      for (int k = 0; k < 4; k++) {
        time.later(at, () -> request(node, token, 1));
        at += random.nextLong(k == 0 ? 3 * MILLI : 400 * MILLI);
      }
    }
    for (int i = 0; i < holders.length; i++) {
      int holder = i;
      long at = 0;
      for (int k = 0; holders[i] != null && k < 4; k++) {
        time.later(at, () -> check(holder, token));
        at += random.nextLong(k == 0 ? 3 * MILLI : 400 * MILLI);
      }
    }
  }

  private void grant(Oracle token) {
    SimulatedNode node = nodes[random.nextInt(NODES)];
    int version = token.grantBegins();
    int server = database.server();
    time.start(
        node.process,
        () -> {
          try {
            node.grant(token.principal(version), token.digest);
            if (isPremiseBroken(server)) {
              return;
            }
            token.granted(version, database.state().tokens);
            probe(token);
          } catch (LogUnavailableException | UnavailableException e) {
            // It may be so or not.
          }
        });
  }

  private void configure(Oracle token) {
    SimulatedNode node = nodes[random.nextInt(NODES)];
    int server = database.server();
    time.start(
        node.process,
        () -> {
          try {
            node.configure(token.principal(0), token.digest);
            if (isPremiseBroken(server)) {
              return;
            }
            token.created(database.state().tokens);
            probe(token);
          } catch (LogUnavailableException | UnavailableException e) {
            // It may be so or not.
          }
        });
  }

  /**
   * A token that is rotated again and again, each time until the first use of its new secret:
   * whoever is answered yes by one has ended all older ones, everywhere.
   */
  private final class Rotations {

    private static final long TOKEN = 150;

    private final List<Oracle> secrets = new ArrayList<>();
    private final Set<Oracle> knownUsed = new HashSet<>();
    private boolean rotating;
    private long lastId;

    void plan() {
      if (settings.rotations() == 0) {
        return;
      }
      Oracle first = new Oracle(TOKEN, true);
      secrets.add(first);
      database.writeEverywhere(state -> state.tokens.put(first.digest, first.principal(0)));
      for (int i = 0; i < settings.rotations(); i++) {
        time.later(moment(), this::rotate);
      }
      for (int i = 0; i < NODES; i++) {
        for (long at = 60 * MILLI; at < LAST_TROUBLE; at += random.nextLong(20, 160) * MILLI) {
          int node = i;
          time.later(at, () -> request(node, any(), 1));
        }
      }
      for (int i = 0; i < holders.length; i++) {
        for (long at = 320 * MILLI; at < LAST_TROUBLE; at += random.nextLong(40, 200) * MILLI) {
          int holder = i;
          time.later(at, () -> check(holder, any()));
        }
      }
    }

    /** One that has been made, the newest no more often than the others. */
    private Oracle any() {
      return secrets.get(random.nextInt(secrets.size()));
    }

    private void rotate() {
      if (rotating) {
        return;
      }
      rotating = true;
      Oracle newest = secrets.getLast();
      lastId++;
      Oracle made = Oracle.ofRotation(TOKEN, lastId);
      boolean mayBeReplaced = !isKnownUsed(newest) && !newest.isDeleteBegun();
      if (mayBeReplaced) {
        newest.deleteBegins();
      }
      SimulatedNode node = nodes[random.nextInt(NODES)];
      int server = database.server();
      time.start(
          node.process,
          () -> {
            try {
              OptionalLong replaced = node.rotate(made.principal(0));
              time.trace("%s is made, %s replaced", made.text(), replaced);
              rotated(made, newest, mayBeReplaced, replaced, server);
            } catch (LogUnavailableException | UnavailableException e) {
              // Nobody has the new token string, and nobody knows whether it replaced another.
            } finally {
              rotating = false;
            }
          });
    }

    private void rotated(
        Oracle made, Oracle newest, boolean mayBeReplaced, OptionalLong replaced, int server) {
      if (isPremiseBroken(server)) {
        return;
      }
      if (replaced.isPresent() && replaced.getAsLong() == newest.secretId) {
        newest.deleted(database.state().tokens);
      } else if (mayBeReplaced) {
        newest.deleteEnds();
      }
      made.created(database.state().tokens);
      secrets.add(made);
      // Those who have the old one and those who have the new one come at once, everywhere.
      long use = random.nextLong(60 * MILLI);
      for (int i = 0; i < NODES; i++) {
        int node = i;
        time.later(random.nextLong(use + 1), () -> request(node, newest, 1));
        if (random.nextInt(3) != 0) {
          time.later(use + random.nextLong(6 * MILLI), () -> request(node, made, 1));
        }
        time.later(use + random.nextLong(4 * MILLI), () -> request(node, newest, 1));
      }
    }

    private boolean isKnownUsed(Oracle secret) {
      return secret.secretId == 0 || knownUsed.contains(secret);
    }

    /** Somebody presents one: the older ones may end. */
    void useBegins(Oracle secret) {
      if (secret.tokenId == TOKEN && !secret.isDeleteReturned()) {
        olderThan(secret).forEach(Oracle::deleteBegins);
      }
    }

    /** Somebody was answered. */
    void used(Oracle secret, boolean accepted) {
      if (secret.tokenId != TOKEN || !accepted) {
        return;
      }
      knownUsed.add(secret);
      List<Oracle> ended = olderThan(secret).filter(older -> !older.isDeleteReturned()).toList();
      for (Oracle older : ended) {
        older.deleted(database.state().tokens);
        if (settings.synchronousStandby() && !older.isDeleteReturned()) {
          violated("%s is there although %s was accepted".formatted(older.text(), secret.text()));
        }
        if (older.isDeleteReturned()) {
          probe(older);
        }
      }
    }

    private Stream<Oracle> olderThan(Oracle secret) {
      return secrets.stream().filter(other -> other.secretId < secret.secretId);
    }
  }
}
