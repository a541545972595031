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

  // Held to the end of the transaction: of two tokens that want one subject, one waits and sees.
  @Query("SELECT handle FROM subject WHERE handle = :handle FOR UPDATE")
  Optional<String> lock(String handle);

  // The permissions go by the foreign key's ON DELETE CASCADE.
  @Query("DELETE FROM subject WHERE handle = :handle")
  int deleteByHandle(String handle);

  @Query("SELECT handle FROM subject WHERE handle = ANY (:handles)")
  List<String> findExisting(@TypeDef(type = DataType.STRING_ARRAY) String[] handles);

  @Query(
      """
      SELECT permission,
             resource
      FROM subject_permission
      WHERE subject = :handle
      """)
  List<GrantRow> findGrants(String handle);
}
