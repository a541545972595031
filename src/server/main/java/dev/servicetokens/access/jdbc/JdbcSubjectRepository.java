package dev.servicetokens.access.jdbc;

import dev.servicetokens.access.Grant;
import dev.servicetokens.access.NamedToken;
import dev.servicetokens.access.PermissionSet;
import dev.servicetokens.access.Subject;
import dev.servicetokens.access.SubjectHandle;
import dev.servicetokens.access.SubjectRepository;
import dev.servicetokens.access.SubjectScope;
import jakarta.inject.Singleton;
import java.time.Clock;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** Subjects in PostgreSQL. */
@Singleton
final class JdbcSubjectRepository implements SubjectRepository {

  private final SubjectRows rows;
  private final Clock clock;

  JdbcSubjectRepository(SubjectRows rows, Clock clock) {
    this.rows = rows;
    this.clock = clock;
  }

  @Override
  public boolean add(SubjectHandle handle) {
    while (rows.insertIfAbsent(handle.value(), clock.instant()) == 0) {
      if (rows.lock(handle.value()).isPresent()) {
        return false;
      }
    }
    return true;
  }

  @Override
  public boolean remove(SubjectHandle handle) {
    return rows.deleteByHandle(handle.value()) == 1;
  }

  @Override
  public Optional<Subject> find(SubjectHandle handle) {
    return rows.find(handle.value()).map(SubjectRow::toDomain);
  }

  @Override
  public List<Subject> list(@Nullable SubjectHandle after, int limit) {
    return rows.findAfter(after == null ? "" : after.value(), limit).stream()
        .map(SubjectRow::toDomain)
        .toList();
  }

  @Override
  public boolean lock(SubjectHandle handle) {
    return rows.lock(handle.value()).isPresent();
  }

  @Override
  public void update(SubjectHandle handle, SubjectScope scope) {
    rows.update(handle.value(), scope.query(), scope.version());
  }

  @Override
  public boolean grant(SubjectHandle handle, Grant grant) {
    return rows.insertGrant(handle.value(), grant.permission().permissionName(), grant.resource())
        == 1;
  }

  @Override
  public int countPermissions(SubjectHandle handle) {
    return rows.countGrants(handle.value());
  }

  @Override
  public boolean revoke(SubjectHandle handle, Grant grant) {
    return rows.deleteGrant(handle.value(), grant.permission().permissionName(), grant.resource())
        == 1;
  }

  @Override
  public Set<SubjectHandle> existing(Collection<SubjectHandle> handles) {
    return rows.findExisting(values(handles)).stream()
        .map(SubjectHandle::new)
        .collect(Collectors.toSet());
  }

  @Override
  public Optional<NamedToken> ownerOf(SubjectHandle handle) {
    return rows.findOwner(handle.value()).map(row -> new NamedToken(row.id(), row.name()));
  }

  @Override
  public List<NamedToken> tokensNaming(SubjectHandle handle) {
    return rows.findNaming(handle.value(), NAMED_TOKENS).stream()
        .map(row -> new NamedToken(row.id(), row.name()))
        .toList();
  }

  @Override
  public PermissionSet permissionsOf(SubjectHandle handle) {
    return permissionsOf(List.of(handle));
  }

  @Override
  public PermissionSet permissionsOf(Collection<SubjectHandle> handles) {
    List<GrantRow> grants = rows.findGrants(values(handles));
    return PermissionSet.ofNames(
        grants.stream().map(GrantRow::permission).toList(),
        grants.stream().map(GrantRow::resource).toList());
  }

  private static String[] values(Collection<SubjectHandle> handles) {
    return handles.stream().map(SubjectHandle::value).toArray(String[]::new);
  }
}
