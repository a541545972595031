package dev.servicetokens.authentication.jdbc;

import io.micronaut.data.annotation.Query;
import io.micronaut.data.annotation.TypeDef;
import io.micronaut.data.jdbc.annotation.JdbcRepository;
import io.micronaut.data.model.DataType;
import io.micronaut.data.model.query.builder.sql.Dialect;
import io.micronaut.data.repository.GenericRepository;
import java.util.Optional;

/** The one statement that authentication asks. */
@JdbcRepository(dialect = Dialect.POSTGRES)
interface PrincipalRows extends GenericRepository<PrincipalRow, Long> {

  // One statement, so that the token and what its roles hold are of one snapshot. It relies on the
  // primary keys of service_token_secret, service_token and subject_permission. What a static role
  // allows comes from configuration only, even if a subject of its handle was made before.
  @Query(
      """
      SELECT token.id AS token_id,
             token.name,
             token.roles,
             token.expires_at,
             held.permissions,
             held.resources
      FROM service_token_secret AS secret
      JOIN service_token AS token ON token.id = secret.token_id
      CROSS JOIN LATERAL (
        SELECT coalesce(array_agg(grants.permission), ARRAY[]::text[]) AS permissions,
               coalesce(array_agg(grants.resource), ARRAY[]::text[]) AS resources
        FROM subject_permission AS grants
        WHERE grants.subject = ANY (token.roles)
          AND grants.subject <> ALL (CAST(:staticRoles AS text[]))
      ) AS held
      WHERE secret.digest = :digest
      """)
  Optional<PrincipalRow> findByDigest(
      byte[] digest, @TypeDef(type = DataType.STRING_ARRAY) String[] staticRoles);
}
