package dev.servicetokens.access.jdbc;

import io.micronaut.data.annotation.Query;
import io.micronaut.data.annotation.TypeDef;
import io.micronaut.data.jdbc.annotation.JdbcRepository;
import io.micronaut.data.model.DataType;
import io.micronaut.data.model.query.builder.sql.Dialect;
import io.micronaut.data.repository.GenericRepository;
import java.util.List;
import java.util.Optional;

/**
 * The statements that lock what a change names and changes. Each is a statement of its own, so that
 * under READ COMMITTED the next one sees what was committed while this one waited.
 */
@JdbcRepository(dialect = Dialect.POSTGRES)
interface ActorRows extends GenericRepository<SubjectRow, String> {

  @Query("SELECT id FROM service_token WHERE dedicated_subject = :subject")
  Optional<Long> ownerOf(String subject);

  // The rows are locked in the order in which the handles are given: locking comes after sorting.
  @Query(
      """
      SELECT subject.handle
      FROM unnest(CAST(:handles AS text[])) WITH ORDINALITY AS wanted (handle, place)
      JOIN subject ON subject.handle = wanted.handle
      ORDER BY wanted.place
      FOR SHARE OF subject
      """)
  List<String> shareSubjects(@TypeDef(type = DataType.STRING_ARRAY) String[] handles);

  @Query("SELECT handle FROM subject WHERE handle = :handle FOR UPDATE")
  Optional<String> lockSubject(String handle);
}
