package dev.servicetokens.access.jdbc;

import dev.servicetokens.access.Permission;
import dev.servicetokens.access.PermissionSet;
import dev.servicetokens.access.SubjectHandle;
import dev.servicetokens.access.TokenCreators;
import jakarta.inject.Singleton;
import java.time.Instant;
import java.util.Collection;

/** Asks PostgreSQL whether anybody can create tokens. */
@Singleton
final class JdbcTokenCreators implements TokenCreators {

  private final TokenCreatorRows rows;

  JdbcTokenCreators(TokenCreatorRows rows) {
    this.rows = rows;
  }

  @Override
  public void lock() {
    rows.lock();
  }

  @Override
  public boolean exist(
      Instant now,
      Collection<SubjectHandle> staticCreators,
      Collection<SubjectHandle> staticRoles) {
    return rows.existLive(
        now,
        values(staticCreators),
        values(staticRoles),
        Permission.CREATE_SERVICE_TOKENS.permissionName(),
        PermissionSet.SYSTEM);
  }

  private static String[] values(Collection<SubjectHandle> handles) {
    return handles.stream().map(SubjectHandle::value).toArray(String[]::new);
  }
}
