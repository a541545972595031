package dev.servicetokens.authentication;

import dev.servicetokens.token.TokenDigest;
import io.micronaut.context.annotation.Requires;
import jakarta.inject.Singleton;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/**
 * Answers from memory what it has asked the database once, for ever: what a request costs whose
 * token is in memory, without the cost of keeping memory true. Only there where {@code
 * benchmark.memory} is true.
 */
@Singleton
@Requires(property = "benchmark.memory", value = "true")
final class BenchmarkPrincipals implements Principals {

  private final PrincipalsInDatabase database;
  private final PrincipalStore store;
  private final ReentrantLock lock = new ReentrantLock();

  BenchmarkPrincipals(
      PrincipalLookup principals,
      ConfiguredSecrets configured,
      PrincipalAuthentications authentications,
      PrincipalStore store) {
    this.database = new PrincipalsInDatabase(principals, configured, authentications);
    this.store = store;
  }

  @Override
  public @Nullable Recognition ifInMemory(TokenDigest digest, boolean wellFormed) {
    return wellFormed ? store.get(digest) : Recognition.NOBODY;
  }

  @Override
  public Recognition ask(TokenDigest digest, boolean wellFormed) {
    Recognition found = database.ask(digest, wellFormed);
    lock.lock();
    try {
      store.put(digest, found);
    } finally {
      lock.unlock();
    }
    return found;
  }
}
