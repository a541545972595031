package dev.servicetokens.access.jdbc;

import io.micronaut.data.annotation.Query;
import io.micronaut.data.annotation.TypeDef;
import io.micronaut.data.jdbc.annotation.JdbcRepository;
import io.micronaut.data.model.DataType;
import io.micronaut.data.model.query.builder.sql.Dialect;
import io.micronaut.data.repository.GenericRepository;
import java.time.Instant;

/** The statements that ask who can create tokens. */
@JdbcRepository(dialect = Dialect.POSTGRES)
interface TokenCreatorRows extends GenericRepository<SubjectRow, String> {

  // Taken after row locks and never before one, so that nobody waits for a row with it in hand.
  @Query("SELECT 1 FROM pg_advisory_xact_lock('service_token'::regclass::oid::bigint)")
  int lock();

  // A subject that shares its handle with a static role does not count: the static role does.
  @Query(
      """
      SELECT EXISTS (
        SELECT
        FROM service_token AS token
        WHERE (token.expires_at IS NULL OR token.expires_at > :now)
          AND token.roles && (
            CAST(:staticCreators AS text[]) || ARRAY(
              SELECT grants.subject
              FROM subject_permission AS grants
              WHERE grants.permission = :permission
                AND grants.resource = :resource
                AND grants.subject <> ALL (CAST(:staticRoles AS text[]))
            )
          )
      )
      """)
  boolean existLive(
      Instant now,
      @TypeDef(type = DataType.STRING_ARRAY) String[] staticCreators,
      @TypeDef(type = DataType.STRING_ARRAY) String[] staticRoles,
      String permission,
      String resource);
}
