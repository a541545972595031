package dev.servicetokens.cluster;

import dev.servicetokens.token.TokenDigest;
import java.util.random.RandomGenerator;

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
  public Found find(TokenDigest digest) {
    process.remote();
    database.connect();
    faults.maybe();
    Answer answer = KnownPrincipal.of(database.state().tokens.get(digest));
    Found found = new Found(answer, database.state().latest, database.serverStart());
    if (database.isDying() && random.nextBoolean()) {
      time.pass(random.nextLong(500_000_000));
    }
    process.remote();
    faults.maybe();
    return found;
  }
}
