package dev.servicetokens.access.jdbc;

import dev.servicetokens.access.Permission;
import dev.servicetokens.access.PermissionDefinition;
import dev.servicetokens.access.PermissionDefinition.Origin;
import dev.servicetokens.access.PermissionDefinitionRepository;
import dev.servicetokens.access.SubjectHandle;
import io.micronaut.core.annotation.Introspected;
import io.micronaut.data.annotation.Id;
import io.micronaut.data.annotation.MappedEntity;
import io.micronaut.data.annotation.Query;
import io.micronaut.data.jdbc.annotation.JdbcRepository;
import io.micronaut.data.model.query.builder.sql.Dialect;
import io.micronaut.data.repository.GenericRepository;
import java.time.Clock;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Definitions of permissions in PostgreSQL: {@code permission_definition}. Thread-safe. */
@JdbcRepository(dialect = Dialect.POSTGRES)
abstract class JdbcPermissionDefinitionRepository
    implements PermissionDefinitionRepository,
        GenericRepository<JdbcPermissionDefinitionRepository.DefinitionRow, String> {

  private final Clock clock;

  JdbcPermissionDefinitionRepository(Clock clock) {
    this.clock = clock;
  }

  @Override
  public List<String> names() {
    return selectNames();
  }

  @Override
  public List<PermissionDefinition> all() {
    return selectAll().stream().map(DefinitionRow::toDomain).toList();
  }

  @Override
  public void lockAll() {
    takeLock();
  }

  @Override
  public Optional<PermissionDefinition> find(Permission permission) {
    return select(permission.permissionName()).map(DefinitionRow::toDomain);
  }

  @Override
  public boolean lock(Permission permission) {
    return lockRow(permission.permissionName()).isPresent();
  }

  @Override
  public void add(Permission permission, @Nullable String description) {
    insert(permission.permissionName(), description, clock.instant());
  }

  @Override
  public void describe(Permission permission, @Nullable String description) {
    update(permission.permissionName(), description);
  }

  @Override
  public void remove(Permission permission) {
    delete(permission.permissionName());
  }

  @Override
  public int countHolders(Permission permission) {
    return countSubjects(permission.permissionName());
  }

  @Override
  public List<Held> takeFromAll(Permission permission) {
    List<Held> held =
        lockGrants(permission.permissionName()).stream()
            .map(row -> new Held(new SubjectHandle(row.subject()), row.resource()))
            .toList();
    deleteGrants(permission.permissionName());
    return held;
  }

  @Query("SELECT name FROM permission_definition ORDER BY name COLLATE \"C\"")
  abstract List<String> selectNames();

  @Query(
      "SELECT name, description, created_at FROM permission_definition ORDER BY name COLLATE \"C\"")
  abstract List<DefinitionRow> selectAll();

  @Query("SELECT name, description, created_at FROM permission_definition WHERE name = :name")
  abstract Optional<DefinitionRow> select(String name);

  // One lock for all of them: definitions change seldom, and their number is limited.
  @Query("SELECT 1 FROM pg_advisory_xact_lock('permission_definition'::regclass::oid::bigint)")
  abstract int takeLock();

  @Query("SELECT name FROM permission_definition WHERE name = :name FOR SHARE")
  abstract Optional<String> lockRow(String name);

  @Query(
      """
      INSERT INTO permission_definition (name, description, created_at)
      VALUES (:name, :description, :createdAt)
      """)
  abstract int insert(String name, @Nullable String description, Instant createdAt);

  @Query("UPDATE permission_definition SET description = :description WHERE name = :name")
  abstract int update(String name, @Nullable String description);

  // Waits for those who are giving this permission to somebody, and have locked the row.
  @Query("DELETE FROM permission_definition WHERE name = :name")
  abstract int delete(String name);

  @Query("SELECT count(DISTINCT subject) FROM subject_permission WHERE permission = :name")
  abstract int countSubjects(String name);

  @Query(
      """
      SELECT subject,
             resource
      FROM subject_permission
      WHERE permission = :name
      ORDER BY subject, resource
      FOR UPDATE
      """)
  abstract List<HeldRow> lockGrants(String name);

  @Query("DELETE FROM subject_permission WHERE permission = :name")
  abstract int deleteGrants(String name);

  /** A row of {@code permission_definition}. */
  @MappedEntity("permission_definition")
  record DefinitionRow(@Id String name, @Nullable String description, Instant createdAt) {

    PermissionDefinition toDomain() {
      return new PermissionDefinition(Permission.of(name), description, Origin.CUSTOM);
    }
  }

  /** A subject and a resource of {@code subject_permission}. */
  @Introspected
  record HeldRow(String subject, String resource) {}
}
