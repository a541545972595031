package dev.servicetokens.verification.jdbc;

import dev.servicetokens.verification.TokenUseRepository;
import io.micronaut.data.annotation.Id;
import io.micronaut.data.annotation.MappedEntity;
import io.micronaut.data.annotation.Query;
import io.micronaut.data.annotation.TypeDef;
import io.micronaut.data.jdbc.annotation.JdbcRepository;
import io.micronaut.data.model.DataType;
import io.micronaut.data.model.query.builder.sql.Dialect;
import io.micronaut.data.repository.GenericRepository;
import jakarta.inject.Singleton;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.UUID;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * Uses of tokens in PostgreSQL. It is not the framework's repository itself: when this was one, the
 * uses that are stored at the end of the server were lost in {@code LastUseTest}.
 */
@Singleton
final class JdbcTokenUseRepository implements TokenUseRepository {

  private final Rows rows;

  JdbcTokenUseRepository(Rows rows) {
    this.rows = rows;
  }

  /** A row of {@code service_token_use}. */
  @MappedEntity("service_token_use")
  record Row(
      @Id long tokenId,
      Instant lastUsedAt,
      @Nullable String lastUsedAddress,
      @Nullable String lastUsedApplication,
      long useCount) {}

  @Override
  public Set<Long> add(List<RecordedUse> uses) {
    long[] tokenIds = uses.stream().mapToLong(RecordedUse::tokenId).toArray();
    Set<Long> stored =
        Set.copyOf(
            rows.add(
                tokenIds,
                uses.stream().mapToLong(RecordedUse::lastMillis).toArray(),
                texts(uses, RecordedUse::lastAddress),
                texts(uses, RecordedUse::lastApplication),
                uses.stream().mapToLong(RecordedUse::count).toArray()));
    long[] others = Arrays.stream(tokenIds).filter(id -> !stored.contains(id)).toArray();
    return others.length == 0 ? Set.of() : Set.copyOf(rows.existing(others));
  }

  private static @Nullable String[] texts(
      List<RecordedUse> uses, Function<RecordedUse, @Nullable String> field) {
    return uses.stream().map(field).toArray(size -> new @Nullable String[size]);
  }

  @Override
  public void tellBacklog(UUID recorder) {
    rows.touchBacklog(recorder);
  }

  @Override
  public void endBacklog(UUID recorder) {
    rows.removeBacklog(recorder);
  }

  @Override
  public void tellGap() {
    rows.beginRecordAnew();
  }

  /** The statements. */
  @JdbcRepository(dialect = Dialect.POSTGRES)
  interface Rows extends GenericRepository<Row, Long> {

    // The share lock keeps the tokens until the end of the statement, so that the foreign key
    // holds;
    // a token that somebody is changing or deleting is passed over, because that may wait for long.
    // Tokens are taken in the order of their ids, because two nodes may write the same rows. The
    // last
    // use only moves forward, because another node may have stored a later one already.
    @Query(
        """
        INSERT INTO service_token_use AS stored (
          token_id,
          last_used_at,
          last_used_address,
          last_used_application,
          use_count
        )
        SELECT token.id,
               timestamptz 'epoch' + used.last_millis * interval '1 millisecond',
               used.last_address,
               used.last_application,
               used.use_count
        FROM unnest(
               CAST(:tokenIds AS bigint[]),
               CAST(:lastMillis AS bigint[]),
               CAST(:lastAddresses AS text[]),
               CAST(:lastApplications AS text[]),
               CAST(:counts AS bigint[])
             ) AS used (token_id, last_millis, last_address, last_application, use_count)
        JOIN service_token AS token ON token.id = used.token_id
        ORDER BY token.id
        FOR KEY SHARE OF token SKIP LOCKED
        ON CONFLICT (token_id) DO UPDATE
        SET last_used_at = greatest(stored.last_used_at, excluded.last_used_at),
            last_used_address = CASE
              WHEN excluded.last_used_at >= stored.last_used_at THEN excluded.last_used_address
              ELSE stored.last_used_address
            END,
            last_used_application = CASE
              WHEN excluded.last_used_at >= stored.last_used_at THEN excluded.last_used_application
              ELSE stored.last_used_application
            END,
            use_count = stored.use_count + excluded.use_count
        RETURNING token_id
        """)
    List<Long> add(
        @TypeDef(type = DataType.LONG_ARRAY) long[] tokenIds,
        @TypeDef(type = DataType.LONG_ARRAY) long[] lastMillis,
        @TypeDef(type = DataType.STRING_ARRAY) @Nullable String[] lastAddresses,
        @TypeDef(type = DataType.STRING_ARRAY) @Nullable String[] lastApplications,
        @TypeDef(type = DataType.LONG_ARRAY) long[] counts);

    @Query(
        """
        INSERT INTO service_token_use_backlog (recorder_id, seen_at)
        VALUES (:recorder, clock_timestamp())
        ON CONFLICT (recorder_id) DO UPDATE
        SET seen_at = excluded.seen_at
        """)
    int touchBacklog(UUID recorder);

    @Query("DELETE FROM service_token_use_backlog WHERE recorder_id = :recorder")
    int removeBacklog(UUID recorder);

    @Query("UPDATE service_token_use_record SET complete_since = clock_timestamp() WHERE id = 1")
    int beginRecordAnew();

    @Query("SELECT id FROM service_token WHERE id = ANY(CAST(:tokenIds AS bigint[]))")
    List<Long> existing(@TypeDef(type = DataType.LONG_ARRAY) long[] tokenIds);
  }
}
