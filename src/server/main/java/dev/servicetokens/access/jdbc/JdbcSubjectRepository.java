package dev.servicetokens.access.jdbc;

import dev.servicetokens.access.PermissionSet;
import dev.servicetokens.access.SubjectHandle;
import dev.servicetokens.access.SubjectRepository;
import jakarta.inject.Singleton;
import java.time.Clock;
import java.util.Collection;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;

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
  public Set<SubjectHandle> existing(Collection<SubjectHandle> handles) {
    String[] values = handles.stream().map(SubjectHandle::value).toArray(String[]::new);
    return rows.findExisting(values).stream().map(SubjectHandle::new).collect(Collectors.toSet());
  }

  @Override
  public PermissionSet permissionsOf(SubjectHandle handle) {
    List<GrantRow> grants = rows.findGrants(handle.value());
    return PermissionSet.ofNames(
        grants.stream().map(GrantRow::permission).toList(),
        grants.stream().map(GrantRow::resource).toList());
  }
}
