package dev.servicetokens.bootstrap.jdbc;

import dev.servicetokens.bootstrap.BootstrapSecretRepository;
import dev.servicetokens.token.TokenDigest;
import jakarta.inject.Singleton;
import java.time.Clock;
import java.util.List;

/** Bootstrap secrets in PostgreSQL. */
@Singleton
final class JdbcBootstrapSecretRepository implements BootstrapSecretRepository {

  private final BootstrapSecretRows rows;
  private final Clock clock;

  JdbcBootstrapSecretRepository(BootstrapSecretRows rows, Clock clock) {
    this.rows = rows;
    this.clock = clock;
  }

  @Override
  public void lock() {
    rows.lock();
  }

  @Override
  public boolean add(TokenDigest digest) {
    return rows.insertIfAbsent(digest.toBytes(), clock.instant()) == 1;
  }

  @Override
  public List<TokenDigest> all() {
    return rows.findAll().stream().map(row -> TokenDigest.ofBytes(row.digest())).toList();
  }
}
