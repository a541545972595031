package dev.servicetokens.cluster;

import dev.servicetokens.access.Principal;
import dev.servicetokens.cluster.ChangeLog.LoggedChange;
import dev.servicetokens.cluster.ChangeLog.NodeRow;
import dev.servicetokens.token.TokenDigest;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import java.util.function.Consumer;

/**
 * What PostgreSQL does for the protocol: a primary, the log of what a standby has not received yet,
 * and connections that break. Whoever calls lets time pass before and after.
 */
final class SimulatedDatabase {

  private final VirtualTime time;
  private State primary = new State();
  private State standby = new State();
  private final Deque<Consumer<State>> unreplicated = new ArrayDeque<>();
  private final Set<SimulatedChangeLog> listeners = new LinkedHashSet<>();
  private final Map<UUID, Long> renewedAt = new HashMap<>();
  private long clockNanos;
  private int server = 1;
  private boolean up = true;
  private long sequence;

  /** Whose deletion, of which token, has the row; and who has the row of latest_change. */
  private final Map<Long, Object> lockedTokens = new HashMap<>();

  /** Whose changes, by which token, have its row with others. */
  private final Map<Long, Set<Object>> sharedTokens = new HashMap<>();

  private boolean dying;
  private Object numbering;
  private Runnable onNextCommit;

  SimulatedDatabase(VirtualTime time) {
    this.time = time;
  }

  /** The tables. */
  static final class State {
    long latest;
    final List<LoggedChange> log = new ArrayList<>();
    final Map<UUID, NodeRow> nodes = new LinkedHashMap<>();
    final Map<TokenDigest, Principal> tokens = new HashMap<>();
    final Set<TokenDigest> configured = new HashSet<>();

    /** Of each secret that a rotation made: the change of its first acceptance, 0 if pending. */
    final Map<TokenDigest, Long> rotated = new HashMap<>();

    boolean hasToken(long tokenId) {
      return tokens.values().stream().anyMatch(principal -> principal.tokenId() == tokenId);
    }
  }

  State state() {
    return primary;
  }

  /** Which server this is; a connection to another one is broken. */
  int server() {
    return server;
  }

  String serverStart() {
    return "server " + server;
  }

  /** Throws unless a connection to that server can be used. */
  void require(int connectedTo) {
    if (!up || connectedTo != server) {
      throw new LogUnavailableException("The connection is broken");
    }
  }

  /** The server to connect to now. */
  int connect() {
    if (!up) {
      throw new LogUnavailableException("Nobody listens");
    }
    return server;
  }

  /** Committed here; the standby gets it some time. */
  void write(Consumer<State> change) {
    change.accept(primary);
    unreplicated.add(change);
  }

  /** It is dying: its last answers come late. */
  void dies() {
    dying = true;
  }

  boolean isDying() {
    return dying;
  }

  /** The standby has all that was written before the next change; then that happens. */
  void onNextCommit(Runnable effect) {
    onNextCommit = effect;
  }

  /** A change is about to be committed. */
  void commits() {
    if (onNextCommit != null) {
      replicate();
      onNextCommit.run();
      onNextCommit = null;
    }
  }

  /** The standby has everything. */
  void replicate() {
    while (!unreplicated.isEmpty()) {
      unreplicated.poll().accept(standby);
    }
  }

  /**
   * The standby has it at once, and a little later everybody sees it here: whether or not the
   * client still lives, but not if the server dies.
   */
  void commitWithStandby(Consumer<State> change, long nanos, Runnable committed) {
    replicate();
    change.accept(standby);
    int begunOn = server;
    time.later(
        nanos,
        () -> {
          if (begunOn == server) {
            change.accept(primary);
            committed.run();
          }
        });
  }

  /** Without a standby, or before everything is committed. */
  void writeEverywhere(Consumer<State> change) {
    change.accept(primary);
    change.accept(standby);
  }

  /** It dies and comes back with all it had. */
  void restart(long nanos) {
    replicate();
    failOver(nanos);
  }

  /** It dies, and the standby serves instead. */
  void failOver(long nanos) {
    up = false;
    dying = false;
    server++;
    lockedTokens.clear();
    sharedTokens.clear();
    numbering = null;
    listeners.clear();
    primary = standby;
    standby = copy(primary);
    unreplicated.clear();
    time.later(nanos, () -> up = true);
  }

  private static State copy(State state) {
    State copy = new State();
    copy.latest = state.latest;
    copy.log.addAll(state.log);
    copy.nodes.putAll(state.nodes);
    copy.tokens.putAll(state.tokens);
    copy.configured.addAll(state.configured);
    copy.rotated.putAll(state.rotated);
    return copy;
  }

  boolean lockToken(long tokenId, Object owner) {
    boolean isShared =
        sharedTokens.getOrDefault(tokenId, Set.of()).stream().anyMatch(other -> other != owner);
    return !isShared
        && (lockedTokens.putIfAbsent(tokenId, owner) == null || lockedTokens.get(tokenId) == owner);
  }

  boolean shareToken(long tokenId, Object owner) {
    if (lockedTokens.getOrDefault(tokenId, owner) != owner) {
      return false;
    }
    sharedTokens.computeIfAbsent(tokenId, id -> new HashSet<>()).add(owner);
    return true;
  }

  boolean lockNumbering(Object owner) {
    if (numbering == null) {
      numbering = owner;
    }
    return numbering == owner;
  }

  /** The owner's transaction has ended. */
  void unlock(Object owner) {
    lockedTokens.values().removeIf(other -> other == owner);
    sharedTokens.values().forEach(owners -> owners.remove(owner));
    if (numbering == owner) {
      numbering = null;
    }
  }

  /** For the mutant that numbers changes by a sequence. */
  long nextOfSequence() {
    return sequence++;
  }

  void listen(SimulatedChangeLog listener) {
    listeners.add(listener);
  }

  void forget(SimulatedChangeLog listener) {
    listeners.remove(listener);
  }

  List<SimulatedChangeLog> listeners() {
    return List.copyOf(listeners);
  }

  /** The clock of the database's host, which a fail-over may set ahead. */
  void setClockAhead(long nanos) {
    clockNanos += nanos;
  }

  long clockNanos() {
    return time.now() + clockNanos;
  }

  /** When, by that clock, the row was renewed. */
  Map<UUID, Long> renewedAt() {
    return renewedAt;
  }
}
