package dev.servicetokens.cluster;

import dev.servicetokens.access.Principal;
import dev.servicetokens.cluster.ChangeLog.LoggedChange;
import dev.servicetokens.cluster.ChangeLog.NodeRow;
import dev.servicetokens.cluster.ChangeLog.Poll;
import dev.servicetokens.cluster.ChangeLog.Position;
import dev.servicetokens.cluster.ChangeLog.Read;
import dev.servicetokens.cluster.ChangeLog.Renewal;
import dev.servicetokens.cluster.CoherentCommits.Numbered;
import dev.servicetokens.cluster.LeaseHolder.Lease;
import dev.servicetokens.cluster.PrincipalCache.LastApplied;
import dev.servicetokens.cluster.PrincipalQuery.Snapshot;
import dev.servicetokens.cluster.SimulatedDatabase.State;
import dev.servicetokens.cluster.SimulatedFirstUses.Outcome;
import dev.servicetokens.token.TokenDigest;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.Executor;
import java.util.function.Consumer;
import java.util.function.Supplier;
import java.util.random.RandomGenerator;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** Makes a node's parts: the real ones, or one with a mutant's mistake. */
record Mutants(
    Mutant mutant,
    VirtualTime time,
    SimulatedProcess process,
    SimulatedDatabase database,
    RandomGenerator random,
    SimulationSettings settings) {

  private static final int LEASE_NANOS_PER_MILLI = 900_000;

  SimulatedChangeLog log() {
    return switch (mutant) {
      case SAME_NODE_ID ->
          new SimulatedChangeLog(time, database, process, random, settings) {
            @Override
            boolean isOwn(NodeRow row, Renewal renewal) {
              return true;
            }
          };
      case CHANGE_ID_UNCHECKED ->
          new SimulatedChangeLog(time, database, process, random, settings) {
            @Override
            boolean hasRead(Renewal renewal) {
              return true;
            }
          };
      case REGISTRATION_NOT_DURABLE ->
          new SimulatedChangeLog(time, database, process, random, settings) {
            @Override
            void insert(Consumer<State> row) {
              database.write(row);
            }
          };
      case OLDEST_READ_FIRST ->
          new SimulatedChangeLog(time, database, process, random, settings) {
            @Override
            List<LoggedChange> limited(List<LoggedChange> changes, int most) {
              return changes.subList(0, Math.min(most, changes.size()));
            }
          };
      default -> new SimulatedChangeLog(time, database, process, random, settings);
    };
  }

  LeaseHolder leases() {
    return switch (mutant) {
      case NO_CLOCK ->
          new LeaseHolder(process) {
            private volatile boolean held;

            @Override
            boolean holds() {
              process.local();
              return held;
            }

            @Override
            void publish(Lease renewed) {
              held = true;
            }

            @Override
            void drop() {
              held = false;
            }
          };
      case NO_WALL_CLOCK ->
          new LeaseHolder(process) {
            private volatile Lease lease = Lease.NONE;

            @Override
            boolean holds() {
              Lease current = lease;
              return current.holds(process.nanoTime(), current.sentWallMillis());
            }

            @Override
            void publish(Lease renewed) {
              lease = renewed;
            }

            @Override
            void drop() {
              lease = Lease.NONE;
            }
          };
      default -> new LeaseHolder(process);
    };
  }

  PrincipalCache cache() {
    return switch (mutant) {
      case FILL_UNGUARDED ->
          new SlowCache(process) {
            @Override
            void putIfCurrent(TokenDigest digest, Snapshot said) {
              put(digest, said.answer());
            }
          };
      case PUT_THEN_CHECK ->
          new SlowCache(process) {
            @Override
            void putIfCurrent(TokenDigest digest, Snapshot said) {
              put(digest, said.answer());
              process.remote();
              if (!lastApplied().isKnownTo(said)) {
                clear();
              }
            }
          };
      case OLD_SECRET_FILLED_UNGUARDED ->
          new SlowCache(process) {
            @Override
            void putIfCurrent(TokenDigest digest, Snapshot said) {
              if (database.state().rotated.keySet().stream()
                  .anyMatch(rotated -> rotated.a() == digest.a())) {
                put(digest, said.answer());
              } else {
                super.putIfCurrent(digest, said);
              }
            }
          };
      case GAP_IGNORED ->
          new SlowCache(process) {
            @Override
            boolean isComplete(List<LoggedChange> changes) {
              return true;
            }
          };
      case FILL_ACROSS_SERVERS ->
          new SlowCache(process) {
            @Override
            void putIfCurrent(TokenDigest digest, Snapshot said) {
              super.putIfCurrent(
                  digest, new Snapshot(said.answer(), said.number(), lastApplied().serverStart()));
            }
          };
      default -> new SlowCache(process);
    };
  }

  FirstUses firstUses(SimulatedFirstUses store, AwaitedChanges awaited) {
    QueryLimit unlimited = new QueryLimit(100_000, 0);
    return switch (mutant) {
      case FIRST_USE_NOT_AWAITED -> new HastyFirstUses(store, awaited, Outcome.FIRST);
      case SECOND_USE_NOT_AWAITED -> new HastyFirstUses(store, awaited, Outcome.AGAIN);
      case FILL_OF_FIRST_USE_NOT_AWAITED ->
          new FirstUses(store, awaited, process, unlimited) {
            @Override
            void awaitKnown(Snapshot said) {
              process.local();
            }
          };
      default -> new FirstUses(store, awaited, process, unlimited);
    };
  }

  /** Answers one outcome without waiting. */
  private final class HastyFirstUses extends FirstUses {
    private final SimulatedFirstUses store;
    private final Outcome notAwaited;

    HastyFirstUses(SimulatedFirstUses store, AwaitedChanges awaited, Outcome notAwaited) {
      super(store, awaited, process, new QueryLimit(100_000, 0));
      this.store = store;
      this.notAwaited = notAwaited;
    }

    @Override
    public boolean accept(Principal found) {
      Numbered<Outcome> recorded = store.record(found.tokenId(), found.secretId());
      if (recorded.result() != Outcome.GONE && recorded.result() != notAwaited) {
        await(store.known(recorded));
      }
      return recorded.result() != Outcome.GONE;
    }
  }

  CoherentPrincipals principals(
      PrincipalCache cache, LeaseHolder leases, PrincipalQuery query, FirstUses firstUses) {
    QueryLimit unlimited = new QueryLimit(100_000, 0);
    return switch (mutant) {
      case JOIN_OLD_QUERY ->
          new CoherentPrincipals(cache, leases, process, query, unlimited, firstUses) {
            @Override
            @Nullable Snapshot joined(TokenDigest digest, LastApplied onArrival) {
              return super.joined(digest, new LastApplied(0, database.serverStart()));
            }
          };
      case LOOK_UP_BEFORE_LEASE ->
          new CoherentPrincipals(cache, leases, process, query, unlimited, firstUses) {
            @Override
            public @Nullable PrincipalAnswer ifInMemory(TokenDigest digest, boolean wellFormed) {
              PrincipalAnswer answer = lookUp(digest, wellFormed);
              return leases.holds() ? answer : null;
            }
          };
      default -> new CoherentPrincipals(cache, leases, process, query, unlimited, firstUses);
    };
  }

  LentLeases lent(PrincipalCache cache, LeaseHolder leases) {
    LendingConfiguration limits = new LendingConfiguration(1000, 1000);
    LapsedHolders lapsed = settings.forgiving() ? new Forgiving() : new LapsedHolders();
    LentLeases.Later later =
        (nanos, work) ->
            time.start(
                process,
                () -> {
                  process.sleep(nanos);
                  work.run();
                });
    return switch (mutant) {
      case HOLDERS_NOT_AWAITED ->
          new LentLeases(leases, cache, process, limits, lapsed, later) {
            @Override
            long acknowledgeable(long applied, long now) {
              return applied;
            }
          };
      case HOLDER_RECORDED_AFTER_ANSWER ->
          new LentLeases(leases, cache, process, limits, lapsed, later) {
            @Override
            void lend(Holder holder, Lease lease) {
              Mutants.this.time.later(random.nextLong(20_000_000), () -> super.lend(holder, lease));
            }
          };
      case LENT_FOR_A_WHOLE_LEASE ->
          new LentLeases(leases, cache, process, limits, lapsed, later) {
            @Override
            long remainingMillis(long now, long wall) {
              return super.remainingMillis(now, wall) > 0 ? 900 : 0;
            }
          };
      case LENT_WITHOUT_LEASE ->
          new LentLeases(leases, cache, process, limits, lapsed, later) {
            @Override
            long remainingMillis(long now, long wall) {
              return Math.max(300, super.remainingMillis(now, wall));
            }
          };
      case HOLDER_ACKNOWLEDGES_BEFORE_APPLY ->
          new LentLeases(leases, cache, process, limits, lapsed, later) {
            @Override
            Answer answer(Holder holder, Question question, long now, long wall) {
              Answer answer = super.answer(holder, question, now, wall);
              if (answer instanceof Answer.Lent told) {
                holder.acknowledged = told.number();
              }
              return answer;
            }
          };
      case STOPS_BEFORE_ITS_HOLDERS ->
          new LentLeases(leases, cache, process, limits, lapsed, later) {
            @Override
            long outNanos() {
              return 0;
            }
          };
      default -> new LentLeases(leases, cache, process, limits, lapsed, later);
    };
  }

  /** Lends to whomever; else few runs would see two faults of one holder. */
  private static final class Forgiving extends LapsedHolders {
    @Override
    long waitNanos(LentLeases.HolderKey holder, long now) {
      return 0;
    }
  }

  CoherenceNode node(
      ChangeLog log,
      PrincipalCache cache,
      LeaseHolder leases,
      LentLeases lent,
      int leaseMillis,
      Supplier<UUID> ids) {
    return switch (mutant) {
      case ACKNOWLEDGE_BEFORE_APPLY ->
          new CoherenceNode(log, cache, leases, lent, process, leaseMillis, ids) {
            @Override
            boolean catchUp() {
              Read read = log.readAfter(applied.last().number(), MOST_READ);
              Set<TokenDigest> configured = log.configuredDigests();
              if (!read.changes().isEmpty()) {
                applied.add(read.changes());
                renewRow();
              }
              cache.apply(read, configured);
              lent.apply(read);
              return !read.changes().isEmpty();
            }
          };
      case LEASE_FROM_REPLY ->
          new CoherenceNode(log, cache, leases, lent, process, leaseMillis, ids) {
            @Override
            boolean renew() {
              boolean changed = super.renew();
              leases.publish(lease());
              return changed;
            }

            private Lease lease() {
              return leaseFromNow(leaseMillis);
            }
          };
      case PUBLISH_BEFORE_READ ->
          new CoherenceNode(log, cache, leases, lent, process, leaseMillis, ids) {
            @Override
            boolean catchUp() {
              if (applied.last().number() > 0) {
                leases.publish(leaseFromNow(leaseMillis));
              }
              return super.catchUp();
            }
          };
      case READ_WHEN_NOTIFIED ->
          new CoherenceNode(log, cache, leases, lent, process, leaseMillis, ids) {
            private boolean started;

            @Override
            boolean renew() {
              if (!started) {
                started = !super.renew();
                return !started;
              }
              Lease lease = leaseFromNow(leaseMillis);
              if (renewRow()) {
                leases.publish(lease);
              }
              return false;
            }
          };
      case READ_BEFORE_REGISTER ->
          new CoherenceNode(log, cache, leases, lent, process, leaseMillis, ids) {
            @Override
            void register() {
              catchUp();
              process.sleep(20_000_000);
              Lease lease = leaseFromNow(leaseMillis);
              super.register();
              leases.publish(lease);
            }
          };
      case READ_BEFORE_RENEWED ->
          new CoherenceNode(log, cache, leases, lent, process, leaseMillis, ids) {
            private @Nullable Read early;
            private long renewedNanos = process.nanoTime();

            @Override
            boolean renewRow() {
              early = log.readAfter(applied.last().number(), MOST_READ);
              long before = renewedNanos;
              renewedNanos = process.nanoTime();
              if (renewedNanos - before > 800_000_000) {
                process.sleep(60_000_000);
              }
              return super.renewRow();
            }

            @Override
            boolean catchUp() {
              Read read = early;
              early = null;
              if (read == null) {
                return super.catchUp();
              }
              cache.apply(read, log.configuredDigests());
              if (!read.changes().isEmpty()) {
                applied.add(read.changes());
              }
              lent.apply(read);
              return !read.changes().isEmpty();
            }
          };
      case SAME_NODE_ID ->
          new CoherenceNode(log, cache, leases, lent, process, leaseMillis, ids) {
            @Override
            void register() {
              nodeId = Position.START.changeId();
              log.register(nodeId, leaseMillis, ids.get());
            }
          };
      default -> new CoherenceNode(log, cache, leases, lent, process, leaseMillis, ids);
    };
  }

  private Lease leaseFromNow(int leaseMillis) {
    return new Lease(
        process.nanoTime(), process.wallMillis(), (long) leaseMillis * LEASE_NANOS_PER_MILLI);
  }

  AwaitedChanges awaited(ChangeLog log, int leaseMillis, Executor executor, Runnable wake) {
    return switch (mutant) {
      case OWN_LEASE_ONLY ->
          new AwaitedChanges(log, process, leaseMillis, executor, wake, nanos -> {}) {
            @Override
            AwaitedChange awaited(long number) {
              return new AwaitedChange(number, leaseMillis, process) {
                @Override
                void polled(Poll poll, Set<UUID> silent) {
                  List<NodeRow> nodes =
                      poll.nodes().stream()
                          .map(
                              node ->
                                  new NodeRow(
                                      node.nodeId(), leaseMillis, node.renewal(), node.applied()))
                          .toList();
                  super.polled(new Poll(poll.serverStart(), nodes), silent);
                }
              };
            }
          };
      case DATABASE_CLOCK ->
          new AwaitedChanges(log, process, leaseMillis, executor, wake, nanos -> {}) {
            @Override
            UnchangedRenewals newRenewals() {
              return new UnchangedRenewals() {
                @Override
                Set<UUID> silent(Poll poll, long begunNanos) {
                  return poll.nodes().stream()
                      .map(NodeRow::nodeId)
                      .filter(
                          id ->
                              database.renewedAt().get(id) + 1_000_000_000L < database.clockNanos())
                      .collect(Collectors.toSet());
                }
              };
            }
          };
      case SILENT_SINCE_FIRST_SEEN ->
          new AwaitedChanges(log, process, leaseMillis, executor, wake, nanos -> {}) {
            @Override
            UnchangedRenewals newRenewals() {
              return new UnchangedRenewals() {
                private final Map<UUID, Long> firstSeen = new HashMap<>();

                @Override
                Set<UUID> silent(Poll poll, long begunNanos) {
                  return poll.nodes().stream()
                      .filter(
                          node -> {
                            long since = firstSeen.computeIfAbsent(node.nodeId(), id -> begunNanos);
                            return begunNanos - since >= node.leaseMillis() * 1_000_000L;
                          })
                      .map(NodeRow::nodeId)
                      .collect(Collectors.toSet());
                }
              };
            }
          };
      case SERVER_START_IGNORED ->
          new AwaitedChanges(log, process, leaseMillis, executor, wake, nanos -> {}) {
            @Override
            UnchangedRenewals newRenewals() {
              return new UnchangedRenewals() {
                @Override
                boolean isSameServer(Poll poll) {
                  return true;
                }
              };
            }
          };
      default -> new AwaitedChanges(log, process, leaseMillis, executor, wake, nanos -> {});
    };
  }
}
