package dev.servicetokens.authentication.jdbc;

import io.micronaut.data.annotation.Query;
import io.micronaut.data.annotation.TypeDef;
import io.micronaut.data.jdbc.annotation.JdbcRepository;
import io.micronaut.data.model.DataType;
import io.micronaut.data.model.query.builder.sql.Dialect;
import io.micronaut.data.repository.GenericRepository;
import java.util.List;

/** The statements that store uses of tokens. */
@JdbcRepository(dialect = Dialect.POSTGRES)
interface TokenUseRows extends GenericRepository<TokenUseRow, Long> {

  // The share lock keeps the tokens until the end of the statement, so that the foreign key holds;
  // a token that somebody is changing or deleting is passed over, because that may wait for long.
  // In
  // the order of ids, because two nodes may write the same rows. Forward only: another node may
  // have stored a later use already.
  @Query(
      """
      INSERT INTO service_token_use AS stored (token_id, last_used_at, last_used_address, use_count)
      SELECT token.id,
             timestamptz 'epoch' + used.last_millis * interval '1 millisecond',
             used.last_address,
             used.use_count
      FROM unnest(
             CAST(:tokenIds AS bigint[]),
             CAST(:lastMillis AS bigint[]),
             CAST(:lastAddresses AS text[]),
             CAST(:counts AS bigint[])
           ) AS used (token_id, last_millis, last_address, use_count)
      JOIN service_token AS token ON token.id = used.token_id
      ORDER BY token.id
      FOR KEY SHARE OF token SKIP LOCKED
      ON CONFLICT (token_id) DO UPDATE
      SET last_used_at = greatest(stored.last_used_at, excluded.last_used_at),
          last_used_address = CASE
            WHEN excluded.last_used_at >= stored.last_used_at THEN excluded.last_used_address
            ELSE stored.last_used_address
          END,
          use_count = stored.use_count + excluded.use_count
      RETURNING token_id
      """)
  List<Long> add(
      @TypeDef(type = DataType.LONG_ARRAY) long[] tokenIds,
      @TypeDef(type = DataType.LONG_ARRAY) long[] lastMillis,
      @TypeDef(type = DataType.STRING_ARRAY) String[] lastAddresses,
      @TypeDef(type = DataType.LONG_ARRAY) long[] counts);

  @Query("SELECT id FROM service_token WHERE id = ANY(CAST(:tokenIds AS bigint[]))")
  List<Long> existing(@TypeDef(type = DataType.LONG_ARRAY) long[] tokenIds);
}
