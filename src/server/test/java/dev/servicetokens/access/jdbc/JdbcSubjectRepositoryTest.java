package dev.servicetokens.access.jdbc;

import dev.servicetokens.access.SubjectHandle;
import dev.servicetokens.access.SubjectRepository;
import dev.servicetokens.access.SubjectRepositorySuite;
import dev.servicetokens.fixtures.TestBeans;
import dev.servicetokens.fixtures.TestDatabase;
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
    DATABASE.execute("TRUNCATE subject CASCADE");
  }

  @Override
  protected SubjectRepository subjects() {
    return beans.bean(SubjectRepository.class);
  }

  @Override
  protected void grant(SubjectHandle subject, String permission, String resource) {
    DATABASE.execute(
        "INSERT INTO subject_permission VALUES ('%s', '%s', '%s')"
            .formatted(subject.value().replace("'", "''"), permission, resource));
  }
}
