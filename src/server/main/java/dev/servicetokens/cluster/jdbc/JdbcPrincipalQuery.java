package dev.servicetokens.cluster.jdbc;

import dev.servicetokens.access.DefinedPermissions;
import dev.servicetokens.access.PermissionSet;
import dev.servicetokens.access.Principal;
import dev.servicetokens.access.StaticRoles;
import dev.servicetokens.access.SubjectHandle;
import dev.servicetokens.cluster.LogUnavailableException;
import dev.servicetokens.cluster.PrincipalAnswer;
import dev.servicetokens.cluster.PrincipalQuery;
import dev.servicetokens.token.PresentedSecret;
import dev.servicetokens.token.TokenBounds;
import dev.servicetokens.token.TokenDigest;
import io.micronaut.core.annotation.Introspected;
import io.micronaut.data.annotation.Query;
import io.micronaut.data.annotation.TypeDef;
import io.micronaut.data.connection.ConnectionDefinition;
import io.micronaut.data.connection.ConnectionOperations;
import io.micronaut.data.connection.ConnectionStatus;
import io.micronaut.data.jdbc.annotation.JdbcRepository;
import io.micronaut.data.model.DataType;
import io.micronaut.data.model.query.builder.sql.Dialect;
import io.micronaut.data.repository.GenericRepository;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** Asks PostgreSQL whose a digest is; what static roles allow comes from memory. */
@JdbcRepository(dialect = Dialect.POSTGRES)
abstract class JdbcPrincipalQuery
    implements PrincipalQuery, GenericRepository<JdbcPrincipalQuery.Row, Long> {

  private final ConnectionOperations<Connection> connections;
  private final StaticRoles staticRoles;
  private final String[] staticHandles;
  private final String[] staticPermissions;
  private final PrincipalAnswer.Factory answers;

  JdbcPrincipalQuery(
      ConnectionOperations<Connection> connections,
      StaticRoles staticRoles,
      PrincipalAnswer.Factory answers) {
    this.connections = connections;
    this.staticRoles = staticRoles;
    this.staticHandles =
        staticRoles.handles().stream().map(SubjectHandle::value).toArray(String[]::new);
    this.staticPermissions = staticRoles.permissionNames().toArray(String[]::new);
    this.answers = answers;
  }

  /**
   * The latest change, and the token of a digest as far as there is one.
   *
   * @param changeNumber the latest change
   * @param serverStart when the database server had started
   * @param tokenId null, as all that follows, if no token has the digest
   * @param permissions permissions that its roles hold in the database
   * @param resources the resource of each, in the same order
   * @param definitions the permissions that are defined in the database
   * @param shownRoles its roles in the database that exist and are dedicated to no token
   * @param expiresAt the end of the token, or of the secret that has the digest if that is sooner
   * @param pending whether a rotation made that secret and nobody was ever accepted by it
   */
  @Introspected
  record Row(
      long changeNumber,
      String serverStart,
      @Nullable Long tokenId,
      @Nullable String name,
      @TypeDef(type = DataType.STRING_ARRAY) @Nullable List<String> roles,
      @Nullable Instant createdAt,
      @Nullable Instant expiresAt,
      @TypeDef(type = DataType.STRING_ARRAY) @Nullable List<String> permissions,
      @TypeDef(type = DataType.STRING_ARRAY) @Nullable List<String> resources,
      @TypeDef(type = DataType.STRING_ARRAY) @Nullable List<String> definitions,
      @TypeDef(type = DataType.STRING_ARRAY) @Nullable List<String> shownRoles,
      @Nullable Long secretId,
      @Nullable Boolean pending,
      @Nullable Long firstUseChange,
      @Nullable Boolean enabled,
      @TypeDef(type = DataType.STRING_ARRAY) @Nullable List<String> allowedCidrs,
      @Nullable Integer rateLimit,
      @Nullable Long rateLimitPeriodMs,
      @Nullable Long maximumUses) {}

  // One statement, so that the latest change, the token and what its roles hold are of one snapshot
  // (rule 15). It relies on the primary keys of service_token_secret, service_token and
  // subject_permission and subject, and on the index on dedicated subjects. What a static role
  // allows comes from configuration only, even if a subject
  // of its handle was made before.
  @Query(
      """
      SELECT latest.change_number,
             extract(epoch FROM pg_postmaster_start_time())::text AS server_start,
             token.id AS token_id,
             token.name,
             token.roles,
             token.created_at,
             least(token.expires_at, secret.ends_at) AS expires_at,
             held.permissions,
             held.resources,
             defined.names AS definitions,
             shown.roles AS shown_roles,
             secret.secret_id,
             secret.rotated AND secret.first_used_at IS NULL AS pending,
             secret.first_use_change,
             token.enabled,
             token.allowed_cidrs,
             token.rate_limit,
             token.rate_limit_period_ms,
             token.maximum_uses
      FROM latest_change AS latest
      LEFT JOIN service_token_secret AS secret ON secret.digest = :digest
      LEFT JOIN service_token AS token ON token.id = secret.token_id
      LEFT JOIN LATERAL (
        SELECT ARRAY(
                 SELECT definition.name
                 FROM permission_definition AS definition
                 ORDER BY definition.name COLLATE "C"
               ) AS names
      ) AS defined ON token.id IS NOT NULL
      LEFT JOIN LATERAL (
        SELECT coalesce(array_agg(grants.permission), ARRAY[]::text[]) AS permissions,
               coalesce(array_agg(grants.resource), ARRAY[]::text[]) AS resources
        FROM subject_permission AS grants
        WHERE grants.subject = ANY (token.roles)
          AND grants.subject <> ALL (CAST(:staticRoles AS text[]))
          AND (
            grants.permission = ANY (CAST(:staticPermissions AS text[]))
            OR grants.permission = ANY (defined.names)
          )
      ) AS held ON token.id IS NOT NULL
      LEFT JOIN LATERAL (
        SELECT coalesce(array_agg(subject.handle), ARRAY[]::text[]) AS roles
        FROM subject
        WHERE subject.handle = ANY (token.roles)
          AND NOT EXISTS (
            SELECT 1
            FROM service_token AS owner
            WHERE owner.dedicated_subject = subject.handle
          )
      ) AS shown ON token.id IS NOT NULL
      WHERE latest.id = 1
      """)
  abstract List<Row> findByDigest(
      byte[] digest,
      @TypeDef(type = DataType.STRING_ARRAY) String[] staticRoles,
      @TypeDef(type = DataType.STRING_ARRAY) String[] staticPermissions);

  @Override
  public Snapshot find(TokenDigest digest) {
    List<Row> found =
        connections.execute(ConnectionDefinition.DEFAULT, status -> ask(status, digest));
    if (found.size() != 1) {
      throw new IllegalStateException("The table latest_change has lost its row.");
    }
    Row row = found.getFirst();
    return new Snapshot(answer(row), row.changeNumber(), row.serverStart());
  }

  /**
   * Rule 18: a database that has vanished without a word must not keep a request for minutes. The
   * limit goes with the answer, because the connection may be that of a change (rule 2).
   */
  private List<Row> ask(ConnectionStatus<Connection> status, TokenDigest digest) {
    Connection connection = status.getConnection();
    try {
      int usual = connection.getNetworkTimeout();
      OwnConnections.answerWithin(connection, OwnConnections.ANSWER_MILLIS);
      List<Row> found = findByDigest(digest.toBytes(), staticHandles, staticPermissions);
      OwnConnections.answerWithin(connection, usual);
      return found;
    } catch (SQLException e) {
      throw new LogUnavailableException("The connection is broken", e);
    }
  }

  private PrincipalAnswer answer(Row row) {
    Long tokenId = row.tokenId();
    if (tokenId == null) {
      return PrincipalAnswer.NOBODY;
    }
    List<SubjectHandle> roles =
        Objects.requireNonNull(row.roles()).stream().map(SubjectHandle::new).toList();
    DefinedPermissions defined = staticRoles.defined(Objects.requireNonNull(row.definitions()));
    long secretId = Objects.requireNonNull(row.secretId());
    List<PermissionSet> allowed = new ArrayList<>();
    roles.forEach(role -> staticRoles.permissionsOf(role, defined).ifPresent(allowed::add));
    allowed.add(
        PermissionSet.ofNames(
            Objects.requireNonNull(row.permissions()), Objects.requireNonNull(row.resources())));
    return answers.of(
        new Principal(
            tokenId,
            Objects.requireNonNull(row.name()),
            roles,
            PermissionSet.union(allowed),
            row.expiresAt(),
            defined,
            secretId),
        shown(roles, Objects.requireNonNull(row.shownRoles())),
        Objects.requireNonNull(row.createdAt()),
        new PresentedSecret(secretId, Objects.requireNonNull(row.pending()), row.firstUseChange()),
        TokenBounds.stored(
            Objects.requireNonNull(row.enabled()),
            row.allowedCidrs(),
            row.rateLimit(),
            row.rateLimitPeriodMs(),
            row.maximumUses()));
  }

  private List<String> shown(List<SubjectHandle> roles, List<String> fromDatabase) {
    return roles.stream()
        .filter(role -> staticRoles.contains(role) || fromDatabase.contains(role.value()))
        .map(SubjectHandle::value)
        .toList();
  }
}
