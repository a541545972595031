package dev.servicetokens.authentication.jdbc;

import dev.servicetokens.access.PermissionSet;
import dev.servicetokens.access.Principal;
import dev.servicetokens.access.StaticRoles;
import dev.servicetokens.access.SubjectHandle;
import dev.servicetokens.authentication.PrincipalLookup;
import dev.servicetokens.token.TokenDigest;
import jakarta.inject.Singleton;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/** Looks principals up in PostgreSQL; what static roles allow comes from memory. */
@Singleton
final class JdbcPrincipalLookup implements PrincipalLookup {

  private final PrincipalRows rows;
  private final StaticRoles staticRoles;
  private final String[] staticHandles;

  JdbcPrincipalLookup(PrincipalRows rows, StaticRoles staticRoles) {
    this.rows = rows;
    this.staticRoles = staticRoles;
    this.staticHandles =
        staticRoles.handles().stream().map(SubjectHandle::value).toArray(String[]::new);
  }

  @Override
  public Optional<Principal> find(TokenDigest digest) {
    return rows.findByDigest(digest.toBytes(), staticHandles).map(this::toPrincipal);
  }

  private Principal toPrincipal(PrincipalRow row) {
    List<SubjectHandle> roles = row.roles().stream().map(SubjectHandle::new).toList();
    Stream<PermissionSet> fromConfiguration =
        roles.stream().flatMap(role -> staticRoles.permissionsOf(role).stream());
    Stream<PermissionSet> fromDatabase =
        Stream.of(PermissionSet.ofNames(row.permissions(), row.resources()));
    return new Principal(
        row.tokenId(),
        row.name(),
        roles,
        PermissionSet.union(Stream.concat(fromConfiguration, fromDatabase).toList()),
        row.expiresAt());
  }
}
