package dev.servicetokens.access.jdbc;

import dev.servicetokens.access.Administrators;
import dev.servicetokens.access.Permission;
import dev.servicetokens.access.PermissionSet;
import dev.servicetokens.access.SubjectHandle;
import io.micronaut.data.annotation.Query;
import io.micronaut.data.annotation.TypeDef;
import io.micronaut.data.jdbc.annotation.JdbcRepository;
import io.micronaut.data.model.DataType;
import io.micronaut.data.model.query.builder.sql.Dialect;
import io.micronaut.data.repository.GenericRepository;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** Asks PostgreSQL whether anybody can administer. */
@JdbcRepository(dialect = Dialect.POSTGRES)
abstract class JdbcAdministrators implements Administrators, GenericRepository<SubjectRow, String> {

  @Override
  public void lock() {
    takeLock();
  }

  @Override
  public boolean exist(
      Instant now,
      List<Permission> needed,
      Map<Permission, Set<SubjectHandle>> staticHolders,
      Collection<SubjectHandle> staticRoles) {
    List<String> handles = new ArrayList<>();
    List<String> permissions = new ArrayList<>();
    staticHolders.forEach(
        (permission, holders) ->
            holders.forEach(
                holder -> {
                  handles.add(holder.value());
                  permissions.add(permission.permissionName());
                }));
    return existLive(
        now,
        needed.stream().map(Permission::permissionName).toArray(String[]::new),
        handles.toArray(String[]::new),
        permissions.toArray(String[]::new),
        staticRoles.stream().map(SubjectHandle::value).toArray(String[]::new),
        PermissionSet.SYSTEM);
  }

  // Taken after row locks and never before one, so that nobody waits for a row with it in hand.
  @Query("SELECT 1 FROM pg_advisory_xact_lock('service_token'::regclass::oid::bigint)")
  abstract int takeLock();

  // A subject that shares its handle with a static role does not count: the static role does. The
  // first permission finds the tokens by the index on roles, the others are asked of these only.
  @Query(
      """
      WITH holders AS MATERIALIZED (
        SELECT needed.place,
               ARRAY(
                 SELECT held.handle
                 FROM unnest(
                        CAST(:staticHandles AS text[]),
                        CAST(:staticPermissions AS text[])
                      ) AS held (handle, permission)
                 WHERE held.permission = needed.permission
                 UNION ALL
                 SELECT grants.subject
                 FROM subject_permission AS grants
                 WHERE grants.permission = needed.permission
                   AND grants.resource = :resource
                   AND grants.subject <> ALL (CAST(:staticRoles AS text[]))
               ) AS handles
        FROM unnest(CAST(:needed AS text[])) WITH ORDINALITY AS needed (permission, place)
      )
      SELECT EXISTS (
        SELECT
        FROM service_token AS token
        WHERE (token.expires_at IS NULL OR token.expires_at > :now)
          AND token.enabled
          AND token.allowed_cidrs IS NULL
          AND (token.maximum_uses IS NULL OR token.uses < token.maximum_uses)
          AND token.roles && (SELECT handles FROM holders WHERE place = 1)
          AND NOT EXISTS (
            SELECT
            FROM holders
            WHERE NOT token.roles && holders.handles
          )
      )
      """)
  abstract boolean existLive(
      Instant now,
      @TypeDef(type = DataType.STRING_ARRAY) String[] needed,
      @TypeDef(type = DataType.STRING_ARRAY) String[] staticHandles,
      @TypeDef(type = DataType.STRING_ARRAY) String[] staticPermissions,
      @TypeDef(type = DataType.STRING_ARRAY) String[] staticRoles,
      String resource);
}
