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
    RandomGenerator random)
    implements PrincipalQuery {

  /** Of the old primary, too, an answer may come late. */
  @Override
  public Snapshot find(TokenDigest digest) {
    process.remote();
    database.connect();
    faults.maybe();
    PrincipalAnswer answer = answer(database.state().tokens.get(digest));
    Snapshot said = new Snapshot(answer, database.state().latest, database.serverStart());
    if (database.isDying() && random.nextBoolean()) {
      time.pass(random.nextLong(500_000_000));
    }
    process.remote();
    faults.maybe();
    return said;
  }

  private static PrincipalAnswer answer(@Nullable Principal found) {
    return found == null ? PrincipalAnswer.NOBODY : new Known(found);
  }

  /** An answer that is nothing but its principal. */
  private record Known(Principal principal) implements PrincipalAnswer.Found {}
}
