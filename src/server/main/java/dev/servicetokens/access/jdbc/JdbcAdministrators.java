package dev.servicetokens.access.jdbc;

import dev.servicetokens.access.Administrators;
import dev.servicetokens.access.Permission;
import dev.servicetokens.access.PermissionSet;
import dev.servicetokens.access.SubjectHandle;
import jakarta.inject.Singleton;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** Asks PostgreSQL whether anybody can administer. */
@Singleton
final class JdbcAdministrators implements Administrators {

  private final AdministratorRows rows;

  JdbcAdministrators(AdministratorRows rows) {
    this.rows = rows;
  }

  @Override
  public void lock() {
    rows.lock();
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
    return rows.existLive(
        now,
        needed.stream().map(Permission::permissionName).toArray(String[]::new),
        handles.toArray(String[]::new),
        permissions.toArray(String[]::new),
        staticRoles.stream().map(SubjectHandle::value).toArray(String[]::new),
        PermissionSet.SYSTEM);
  }
}
