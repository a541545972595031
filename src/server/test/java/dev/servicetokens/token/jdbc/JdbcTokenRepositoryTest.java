package dev.servicetokens.token.jdbc;

import dev.servicetokens.access.SubjectHandle;
import dev.servicetokens.fixtures.TestBeans;
import dev.servicetokens.fixtures.TestDatabase;
import dev.servicetokens.token.TokenRepository;
import dev.servicetokens.token.TokenRepositorySuite;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;

final class JdbcTokenRepositoryTest extends TokenRepositorySuite {

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
  protected TokenRepository tokens() {
    return beans.bean(TokenRepository.class);
  }

  @Override
  protected void makeSubject(SubjectHandle handle) {
    DATABASE.execute("INSERT INTO subject VALUES ('%s', now())".formatted(handle));
  }

  @Override
  protected int countOfSecrets() {
    return DATABASE.texts("SELECT token_id FROM service_token_secret").size();
  }
}
