package dev.servicetokens.cluster.jdbc;

import io.micronaut.data.annotation.Query;
import io.micronaut.data.annotation.TypeDef;
import io.micronaut.data.jdbc.annotation.JdbcRepository;
import io.micronaut.data.model.DataType;
import io.micronaut.data.model.query.builder.sql.Dialect;
import io.micronaut.data.repository.GenericRepository;
import java.util.List;

/** The one statement of a request that memory cannot answer. */
@JdbcRepository(dialect = Dialect.POSTGRES)
interface PrincipalAnswerRows extends GenericRepository<PrincipalAnswerRow, Long> {

  // One statement, so that the latest change, the token and what its roles hold are of one snapshot
  // (rule 15). It relies on the primary keys of service_token_secret, service_token and
  // subject_permission. What a static role allows comes from configuration only, even if a subject
  // of its handle was made before.
  @Query(
      """
      SELECT latest.change_number,
             extract(epoch FROM pg_postmaster_start_time())::text AS server_start,
             token.id AS token_id,
             token.name,
             token.roles,
             token.expires_at,
             held.permissions,
             held.resources
      FROM latest_change AS latest
      LEFT JOIN service_token_secret AS secret ON secret.digest = :digest
      LEFT JOIN service_token AS token ON token.id = secret.token_id
      LEFT JOIN LATERAL (
        SELECT coalesce(array_agg(grants.permission), ARRAY[]::text[]) AS permissions,
               coalesce(array_agg(grants.resource), ARRAY[]::text[]) AS resources
        FROM subject_permission AS grants
        WHERE grants.subject = ANY (token.roles)
          AND grants.subject <> ALL (CAST(:staticRoles AS text[]))
      ) AS held ON token.id IS NOT NULL
      WHERE latest.id = 1
      """)
  List<PrincipalAnswerRow> findByDigest(
      byte[] digest, @TypeDef(type = DataType.STRING_ARRAY) String[] staticRoles);
}
