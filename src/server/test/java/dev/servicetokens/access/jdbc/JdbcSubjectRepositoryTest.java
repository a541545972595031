package dev.servicetokens.access.jdbc;

import dev.servicetokens.access.SubjectHandle;
import dev.servicetokens.access.SubjectRepository;
import dev.servicetokens.access.SubjectRepositorySuite;
import dev.servicetokens.fixtures.TestBeans;
import dev.servicetokens.fixtures.TestDatabase;
import java.util.List;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;

final class JdbcSubjectRepositoryTest extends SubjectRepositorySuite {

  private static final TestDatabase DATABASE = TestDatabase.create();

  private static TestBeans beans;

  @BeforeAll
  static void start() {
    beans = TestBeans.on(DATABASE);
  }

  @AfterAll
  static void stop() {
    beans.close();
  }

  @BeforeEach
  void empty() {
    DATABASE.execute("TRUNCATE service_token, subject CASCADE");
  }

  @Override
  protected SubjectRepository subjects() {
    return beans.bean(SubjectRepository.class);
  }

  @Override
  protected void grant(SubjectHandle subject, String permission, String resource) {
    DATABASE.execute(
        "INSERT INTO subject_permission VALUES ('%s', '%s', '%s')"
            .formatted(quoted(subject), permission, resource));
  }

  @Override
  protected void addToken(
      long id, String name, List<SubjectHandle> roles, @Nullable SubjectHandle dedicatedSubject) {
    String handles =
        roles.stream().map(role -> "'" + quoted(role) + "'").collect(Collectors.joining(","));
    DATABASE.execute(
        "INSERT INTO service_token VALUES (%d, '%s', NULL, ARRAY[%s], NULL, %s, now(), now())"
            .formatted(
                id,
                name,
                handles,
                dedicatedSubject == null ? "NULL" : "'" + quoted(dedicatedSubject) + "'"));
  }

  private static String quoted(SubjectHandle handle) {
    return handle.value().replace("'", "''");
  }
}
