package dev.servicetokens.bootstrap.jdbc;

import io.micronaut.data.annotation.Query;
import io.micronaut.data.jdbc.annotation.JdbcRepository;
import io.micronaut.data.model.query.builder.sql.Dialect;
import io.micronaut.data.repository.GenericRepository;
import java.time.Instant;
import java.util.List;

/** The statements on {@code bootstrap_secret}. */
@JdbcRepository(dialect = Dialect.POSTGRES)
interface BootstrapSecretRows extends GenericRepository<BootstrapSecretRow, byte[]> {

  // Nodes that start together must not both take an empty table for a first start.
  @Query("SELECT 1 FROM pg_advisory_xact_lock('bootstrap_secret'::regclass::oid::bigint)")
  int lock();

  @Query(
      """
      INSERT INTO bootstrap_secret (digest, created_at)
      VALUES (:digest, :createdAt)
      ON CONFLICT (digest) DO NOTHING
      """)
  int insertIfAbsent(byte[] digest, Instant createdAt);

  @Query(
      """
      SELECT digest,
             created_at
      FROM bootstrap_secret
      """)
  List<BootstrapSecretRow> findAll();
}
