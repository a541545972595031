package dev.servicetokens.bootstrap.jdbc;

import dev.servicetokens.bootstrap.BootstrapSecretRepository;
import dev.servicetokens.token.TokenDigest;
import io.micronaut.data.annotation.Id;
import io.micronaut.data.annotation.MappedEntity;
import io.micronaut.data.annotation.Query;
import io.micronaut.data.jdbc.annotation.JdbcRepository;
import io.micronaut.data.model.query.builder.sql.Dialect;
import io.micronaut.data.repository.GenericRepository;
import java.time.Clock;
import java.time.Instant;
import java.util.List;

/** Bootstrap secrets in the table {@code bootstrap_secret} of PostgreSQL. */
@JdbcRepository(dialect = Dialect.POSTGRES)
abstract class JdbcBootstrapSecretRepository
    implements BootstrapSecretRepository,
        GenericRepository<JdbcBootstrapSecretRepository.Row, byte[]> {

  private final Clock clock;

  JdbcBootstrapSecretRepository(Clock clock) {
    this.clock = clock;
  }

  @Override
  public void lock() {
    takeLock();
  }

  @Override
  public boolean add(TokenDigest digest) {
    return insertIfAbsent(digest.toBytes(), clock.instant()) == 1;
  }

  @Override
  public List<TokenDigest> all() {
    return rows().stream().map(row -> TokenDigest.ofBytes(row.digest())).toList();
  }

  // Nodes that start together must not both take an empty table for a first start.
  @Query("SELECT 1 FROM pg_advisory_xact_lock('bootstrap_secret'::regclass::oid::bigint)")
  abstract int takeLock();

  @Query(
      """
      INSERT INTO bootstrap_secret (digest, created_at)
      VALUES (:digest, :createdAt)
      ON CONFLICT (digest) DO NOTHING
      """)
  abstract int insertIfAbsent(byte[] digest, Instant createdAt);

  @Query(
      """
      SELECT digest,
             created_at
      FROM bootstrap_secret
      """)
  abstract List<Row> rows();

  /** A row of the table. */
  @MappedEntity("bootstrap_secret")
  @SuppressWarnings("ArrayRecordComponent") // Never compared; only Micronaut Data makes it.
  record Row(@Id byte[] digest, Instant createdAt) {}
}
