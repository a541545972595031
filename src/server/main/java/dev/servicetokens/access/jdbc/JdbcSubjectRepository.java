package dev.servicetokens.access.jdbc;

import dev.servicetokens.access.Grant;
import dev.servicetokens.access.NamedToken;
import dev.servicetokens.access.PermissionSet;
import dev.servicetokens.access.StaticRoles;
import dev.servicetokens.access.Subject;
import dev.servicetokens.access.SubjectHandle;
import dev.servicetokens.access.SubjectRepository;
import dev.servicetokens.access.SubjectScope;
import io.micronaut.core.annotation.Introspected;
import io.micronaut.data.annotation.Query;
import io.micronaut.data.annotation.TypeDef;
import io.micronaut.data.jdbc.annotation.JdbcRepository;
import io.micronaut.data.model.DataType;
import io.micronaut.data.model.query.builder.sql.Dialect;
import io.micronaut.data.repository.GenericRepository;
import java.time.Clock;
import java.time.Instant;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** Subjects in PostgreSQL: {@code subject} and {@code subject_permission}. Thread-safe. */
@JdbcRepository(dialect = Dialect.POSTGRES)
abstract class JdbcSubjectRepository
    implements SubjectRepository, GenericRepository<SubjectRow, String> {

  /** Begins a statement that reads whole subjects, each with the token that it goes with. */
  private static final String SUBJECTS =
      """
      SELECT subject.handle,
             subject.scope_query,
             subject.scope_version,
             subject.created_at,
             token.id AS dedicated_to
      FROM subject
      LEFT JOIN service_token AS token ON token.dedicated_subject = subject.handle
      """;

  private final Clock clock;
  private final String[] staticPermissions;

  JdbcSubjectRepository(Clock clock, StaticRoles staticRoles) {
    this.clock = clock;
    this.staticPermissions = staticRoles.permissionNames().toArray(String[]::new);
  }

  @Override
  public boolean add(SubjectHandle handle) {
    while (insert(handle.value(), clock.instant()) == 0) {
      if (lockRow(handle.value()).isPresent()) {
        return false;
      }
    }
    return true;
  }

  @Override
  public boolean remove(SubjectHandle handle) {
    return deleteByHandle(handle.value()) == 1;
  }

  @Override
  public Optional<Subject> find(SubjectHandle handle) {
    return select(handle.value()).map(SubjectRow::toDomain);
  }

  @Override
  public List<Subject> list(@Nullable SubjectHandle after, int limit) {
    return selectAfter(after == null ? "" : after.value(), limit).stream()
        .map(SubjectRow::toDomain)
        .toList();
  }

  @Override
  public boolean lock(SubjectHandle handle) {
    return lockRow(handle.value()).isPresent();
  }

  @Override
  public void update(SubjectHandle handle, SubjectScope scope) {
    updateScope(handle.value(), scope.query(), scope.version());
  }

  @Override
  public boolean grant(SubjectHandle handle, Grant grant) {
    return insertGrant(handle.value(), grant.permission().permissionName(), grant.resource()) == 1;
  }

  @Override
  public int countPermissions(SubjectHandle handle) {
    return countGrants(handle.value());
  }

  @Override
  public boolean revoke(SubjectHandle handle, Grant grant) {
    return deleteGrant(handle.value(), grant.permission().permissionName(), grant.resource()) == 1;
  }

  @Override
  public Set<SubjectHandle> existing(Collection<SubjectHandle> handles) {
    return lockExisting(values(handles)).stream()
        .map(SubjectHandle::new)
        .collect(Collectors.toSet());
  }

  @Override
  public Optional<NamedToken> ownerOf(SubjectHandle handle) {
    return selectOwner(handle.value()).map(NamedTokenRow::toDomain);
  }

  @Override
  public List<NamedToken> tokensNaming(SubjectHandle handle) {
    return selectNaming(handle.value(), NAMED_TOKENS).stream()
        .map(NamedTokenRow::toDomain)
        .toList();
  }

  @Override
  public PermissionSet permissionsOf(SubjectHandle handle) {
    return permissionsOf(List.of(handle));
  }

  @Override
  public PermissionSet permissionsOf(Collection<SubjectHandle> handles) {
    List<GrantRow> grants = selectGrants(values(handles), staticPermissions);
    return PermissionSet.ofNames(
        grants.stream().map(GrantRow::permission).toList(),
        grants.stream().map(GrantRow::resource).toList());
  }

  private static String[] values(Collection<SubjectHandle> handles) {
    return handles.stream().map(SubjectHandle::value).toArray(String[]::new);
  }

  // Two creations of one handle at once: the second waits for the first, then adds nothing.
  @Query(
      """
      INSERT INTO subject (handle, created_at)
      VALUES (:handle, :createdAt)
      ON CONFLICT (handle) DO NOTHING
      """)
  abstract int insert(String handle, Instant createdAt);

  // Held to the end of the transaction: of two that want one subject, one waits and sees.
  @Query("SELECT handle FROM subject WHERE handle = :handle FOR UPDATE")
  abstract Optional<String> lockRow(String handle);

  @Query(SUBJECTS + "WHERE subject.handle = :handle")
  abstract Optional<SubjectRow> select(String handle);

  // In the order of subject_handle_idx; no handle is empty, so that an empty one is before all.
  @Query(
      SUBJECTS
          + """
      WHERE subject.handle COLLATE "C" > :after
      ORDER BY subject.handle COLLATE "C"
      LIMIT :limit
      """)
  abstract List<SubjectRow> selectAfter(String after, int limit);

  @Query(
      """
      UPDATE subject
      SET scope_query = :query,
          scope_version = :version
      WHERE handle = :handle
      """)
  abstract int updateScope(String handle, @Nullable String query, @Nullable String version);

  @Query(
      """
      INSERT INTO subject_permission (subject, permission, resource)
      VALUES (:handle, :permission, :resource)
      ON CONFLICT (subject, resource, permission) DO NOTHING
      """)
  abstract int insertGrant(String handle, String permission, String resource);

  @Query("SELECT count(*) FROM subject_permission WHERE subject = :handle")
  abstract int countGrants(String handle);

  @Query(
      """
      DELETE FROM subject_permission
      WHERE subject = :handle
        AND permission = :permission
        AND resource = :resource
      """)
  abstract int deleteGrant(String handle, String permission, String resource);

  // The permissions go by the foreign key's ON DELETE CASCADE.
  @Query("DELETE FROM subject WHERE handle = :handle")
  abstract int deleteByHandle(String handle);

  // The share lock keeps a token from naming what somebody deletes at the same time.
  @Query("SELECT handle FROM subject WHERE handle = ANY (:handles) FOR SHARE")
  abstract List<String> lockExisting(@TypeDef(type = DataType.STRING_ARRAY) String[] handles);

  @Query("SELECT id, name FROM service_token WHERE dedicated_subject = :handle")
  abstract Optional<NamedTokenRow> selectOwner(String handle);

  // By the index on roles. In the order of ids, so that the same question has the same answer.
  @Query(
      """
      SELECT id,
             name
      FROM service_token
      WHERE roles @> ARRAY[CAST(:handle AS text)]
      ORDER BY id
      LIMIT :limit
      """)
  abstract List<NamedTokenRow> selectNaming(String handle, int limit);

  @Query(
      """
      SELECT permission,
             resource
      FROM subject_permission
      WHERE subject = ANY (:handles)
        AND (
          permission = ANY (:staticPermissions)
          OR EXISTS (
            SELECT
            FROM permission_definition AS definition
            WHERE definition.name = permission
          )
        )
      """)
  abstract List<GrantRow> selectGrants(
      @TypeDef(type = DataType.STRING_ARRAY) String[] handles,
      @TypeDef(type = DataType.STRING_ARRAY) String[] staticPermissions);

  /** A permission of a subject as {@code subject_permission} has it. */
  @Introspected
  record GrantRow(String permission, String resource) {}

  /** Id and name of a row of {@code service_token}. */
  @Introspected
  record NamedTokenRow(long id, String name) {

    NamedToken toDomain() {
      return new NamedToken(id, name);
    }
  }
}
