package dev.servicetokens.access.jdbc;

import io.micronaut.data.annotation.Query;
import io.micronaut.data.annotation.TypeDef;
import io.micronaut.data.jdbc.annotation.JdbcRepository;
import io.micronaut.data.model.DataType;
import io.micronaut.data.model.query.builder.sql.Dialect;
import io.micronaut.data.repository.GenericRepository;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** The statements on {@code subject} and {@code subject_permission}. */
@JdbcRepository(dialect = Dialect.POSTGRES)
interface SubjectRows extends GenericRepository<SubjectRow, String> {

  // Two creations of one handle at once: the second waits for the first, then adds nothing.
  @Query(
      """
      INSERT INTO subject (handle, created_at)
      VALUES (:handle, :createdAt)
      ON CONFLICT (handle) DO NOTHING
      """)
  int insertIfAbsent(String handle, Instant createdAt);

  // Held to the end of the transaction: of two that want one subject, one waits and sees.
  @Query("SELECT handle FROM subject WHERE handle = :handle FOR UPDATE")
  Optional<String> lock(String handle);

  @Query(
      """
      SELECT subject.handle,
             subject.scope_query,
             subject.scope_version,
             subject.created_at,
             token.id AS dedicated_to
      FROM subject
      LEFT JOIN service_token AS token ON token.dedicated_subject = subject.handle
      WHERE subject.handle = :handle
      """)
  Optional<SubjectRow> find(String handle);

  // In the order of subject_handle_idx; no handle is empty, so that an empty one is before all.
  @Query(
      """
      SELECT subject.handle,
             subject.scope_query,
             subject.scope_version,
             subject.created_at,
             token.id AS dedicated_to
      FROM subject
      LEFT JOIN service_token AS token ON token.dedicated_subject = subject.handle
      WHERE subject.handle COLLATE "C" > :after
      ORDER BY subject.handle COLLATE "C"
      LIMIT :limit
      """)
  List<SubjectRow> findAfter(String after, int limit);

  @Query(
      """
      UPDATE subject
      SET scope_query = :query,
          scope_version = :version
      WHERE handle = :handle
      """)
  int update(String handle, @Nullable String query, @Nullable String version);

  @Query(
      """
      INSERT INTO subject_permission (subject, permission, resource)
      VALUES (:handle, :permission, :resource)
      ON CONFLICT (subject, resource, permission) DO NOTHING
      """)
  int insertGrant(String handle, String permission, String resource);

  @Query("SELECT count(*) FROM subject_permission WHERE subject = :handle")
  int countGrants(String handle);

  @Query(
      """
      DELETE FROM subject_permission
      WHERE subject = :handle
        AND permission = :permission
        AND resource = :resource
      """)
  int deleteGrant(String handle, String permission, String resource);

  // The permissions go by the foreign key's ON DELETE CASCADE.
  @Query("DELETE FROM subject WHERE handle = :handle")
  int deleteByHandle(String handle);

  // The share lock keeps a token from naming what somebody deletes at the same time.
  @Query("SELECT handle FROM subject WHERE handle = ANY (:handles) FOR SHARE")
  List<String> findExisting(@TypeDef(type = DataType.STRING_ARRAY) String[] handles);

  @Query("SELECT id, name FROM service_token WHERE dedicated_subject = :handle")
  Optional<NamedTokenRow> findOwner(String handle);

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
  List<NamedTokenRow> findNaming(String handle, int limit);

  @Query(
      """
      SELECT permission,
             resource
      FROM subject_permission
      WHERE subject = ANY (:handles)
      """)
  List<GrantRow> findGrants(@TypeDef(type = DataType.STRING_ARRAY) String[] handles);
}
