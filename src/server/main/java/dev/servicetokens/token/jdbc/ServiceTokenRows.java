package dev.servicetokens.token.jdbc;

import io.micronaut.data.annotation.Query;
import io.micronaut.data.annotation.TypeDef;
import io.micronaut.data.jdbc.annotation.JdbcRepository;
import io.micronaut.data.model.DataType;
import io.micronaut.data.model.query.builder.sql.Dialect;
import io.micronaut.data.repository.GenericRepository;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** The statements on {@code service_token} and {@code service_token_secret}. */
@JdbcRepository(dialect = Dialect.POSTGRES)
interface ServiceTokenRows extends GenericRepository<ServiceTokenRow, Long> {

  // One statement, so that a taken id leaves no trace and does not break the transaction. A taken
  // digest does: it can only be a configured one, which must not become a second token's.
  @Query(
      """
      WITH token AS (
        INSERT INTO service_token (
          id,
          name,
          description,
          roles,
          expires_at,
          dedicated_subject,
          creator_id,
          creator_name,
          created_at,
          updated_at
        )
        VALUES (
          :id,
          :name,
          :description,
          :roles,
          :expiresAt,
          :dedicatedSubject,
          :creatorId,
          :creatorName,
          :createdAt,
          :createdAt
        )
        ON CONFLICT (id) DO NOTHING
        RETURNING id
      )
      INSERT INTO service_token_secret (digest, token_id, created_at)
      SELECT :digest,
             token.id,
             :createdAt
      FROM token
      RETURNING token_id
      """)
  List<Long> insertWithSecret(
      long id,
      String name,
      @Nullable String description,
      @TypeDef(type = DataType.STRING_ARRAY) String[] roles,
      @Nullable Instant expiresAt,
      @Nullable String dedicatedSubject,
      @Nullable Long creatorId,
      @Nullable String creatorName,
      Instant createdAt,
      byte[] digest);

  @Query(
      """
      SELECT token.id,
             token.name,
             token.description,
             token.roles,
             token.expires_at,
             token.dedicated_subject,
             token.creator_id,
             token.creator_name,
             token.created_at,
             token.updated_at,
             used.last_used_at,
             used.last_used_address,
             used.use_count
      FROM service_token AS token
      LEFT JOIN service_token_use AS used ON used.token_id = token.id
      WHERE token.id = :id
      """)
  Optional<ServiceTokenRow> findById(long id);

  // The row lock decides between two that delete at once.
  @Query(
      """
      SELECT token.id,
             token.name,
             token.description,
             token.roles,
             token.expires_at,
             token.dedicated_subject,
             token.creator_id,
             token.creator_name,
             token.created_at,
             token.updated_at,
             used.last_used_at,
             used.last_used_address,
             used.use_count
      FROM service_token AS token
      LEFT JOIN service_token_use AS used ON used.token_id = token.id
      WHERE token.id = :id
      FOR UPDATE OF token
      """)
  Optional<ServiceTokenRow> lock(long id);

  // The secrets go by the foreign key's ON DELETE CASCADE.
  @Query("DELETE FROM service_token WHERE id = :id")
  int deleteById(long id);

  // The planner gives every role that its statistics leave out the same share, some 1 in 200, and
  // would look for the few tokens of a rare one among all, in the order of names.
  @Query(
      """
      SELECT EXISTS (
        SELECT
        FROM pg_stats
        WHERE schemaname = current_schema()
          AND tablename = 'service_token'
          AND attname = 'roles'
          AND most_common_elems IS NOT NULL
          AND :role <> ALL (CAST(CAST(most_common_elems AS text) AS text[]))
      )
      """)
  boolean isRareRole(String role);

  @Query("SELECT EXISTS (SELECT FROM service_token)")
  boolean existsAny();
}
