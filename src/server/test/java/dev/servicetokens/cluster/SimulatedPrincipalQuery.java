package dev.servicetokens.cluster;

import dev.servicetokens.access.Principal;
import dev.servicetokens.token.TokenDigest;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/** The pool's connections in a simulation, for who misses the cache. */
record SimulatedPrincipalQuery(
    VirtualTime time,
    SimulatedDatabase database,
    SimulatedProcess process,
    Faults faults,
    RandomGenerator random,
    boolean isPendingKept)
    implements PrincipalQuery {

  /** Of the old primary, too, an answer may come late. */
  @Override
  public Snapshot find(TokenDigest digest) {
    process.remote();
    database.connect();
    faults.maybe();
    PrincipalAnswer answer = answer(digest);
    Snapshot said = new Snapshot(answer, database.state().latest, database.serverStart());
    if (database.isDying() && random.nextBoolean()) {
      time.pass(random.nextLong(500_000_000));
    }
    process.remote();
    faults.maybe();
    return said;
  }

  private PrincipalAnswer answer(TokenDigest digest) {
    Principal found = database.state().tokens.get(digest);
    Long firstUse = database.state().rotated.get(digest);
    return found == null
        ? PrincipalAnswer.NOBODY
        : new Known(found, firstUse != null && firstUse == 0, firstUse, isPendingKept);
  }

  /**
   * A secret's principal.
   *
   * @param isPending whether a rotation made it and nobody was ever accepted by it
   * @param firstUseChange the change of its first acceptance; null if no rotation made it
   * @param isPendingKept for the mutant that keeps it all the same
   */
  record Known(
      Principal principal, boolean isPending, @Nullable Long firstUseChange, boolean isPendingKept)
      implements PrincipalAnswer.Found {

    @Override
    public boolean mayBeKept() {
      return !isPending || isPendingKept;
    }
  }
}
