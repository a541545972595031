package dev.servicetokens.cluster;

import dev.servicetokens.access.Principal;
import dev.servicetokens.cluster.CoherentCommits.Numbered;
import dev.servicetokens.cluster.CoherentPrincipals.KnownChange;
import dev.servicetokens.cluster.FirstUses.Accepted;
import dev.servicetokens.cluster.SimulatedDatabase.State;
import dev.servicetokens.token.TokenDigest;
import java.util.List;
import java.util.Set;
import java.util.function.Supplier;

/**
 * First acceptances in a simulation, each in a transaction of its own.
 *
 * @param transactions begins one
 */
record SimulatedFirstUses(SimulatedDatabase database, Supplier<SimulatedTransactions> transactions)
    implements FirstUses.Store {

  /** What became of it. */
  enum Outcome {
    GONE,
    FIRST,
    AGAIN
  }

  @Override
  public Accepted accept(List<Principal> found) {
    Principal one = found.getFirst();
    Numbered<Outcome> recorded = record(one.tokenId(), one.secretId());
    Set<Long> accepted = recorded.result() == Outcome.GONE ? Set.of() : Set.of(one.secretId());
    return new Accepted(accepted, known(recorded));
  }

  /** The same, and tells whether it was the first. */
  Numbered<Outcome> record(long tokenId, long secretId) {
    TokenDigest digest = Oracle.digest(tokenId, secretId);
    SimulatedTransactions transaction = transactions.get();
    return transaction.numbered(
        changed -> {
          State now = database.state();
          if (!transaction.lock(tokenId) || !now.tokens.containsKey(digest)) {
            return Outcome.GONE;
          }
          if (now.rotated.getOrDefault(digest, 0L) != 0) {
            return Outcome.AGAIN;
          }
          transaction.write(
              state ->
                  state
                      .tokens
                      .keySet()
                      .removeIf(other -> other.a() == tokenId && other.b() < secretId));
          transaction.writeNumbered(number -> state -> state.rotated.put(digest, number));
          changed.token(tokenId);
          return Outcome.FIRST;
        });
  }

  @Override
  public KnownChange latest() {
    return known(transactions.get().numbered(changed -> Outcome.AGAIN));
  }

  KnownChange known(Numbered<Outcome> recorded) {
    return new KnownChange(recorded.number(), database.serverStart());
  }
}
