package dev.servicetokens.token.jdbc;

import dev.servicetokens.access.SubjectHandle;
import dev.servicetokens.fixtures.TestDatabase;
import dev.servicetokens.fixtures.TestServer;
import dev.servicetokens.token.TokenRepository;
import dev.servicetokens.token.TokenRepositorySuite;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;

final class JdbcTokenRepositoryTest extends TokenRepositorySuite {

  private static final TestDatabase DATABASE = TestDatabase.create();

  private static TestServer server;

  @BeforeAll
  static void start() {
    server = TestServer.start(DATABASE, Map.of());
  }

  @AfterAll
  static void stop() {
    server.close();
  }

  @BeforeEach
  void empty() {
    DATABASE.execute("TRUNCATE service_token, subject CASCADE");
  }

  @Override
  protected TokenRepository tokens() {
    return server.bean(TokenRepository.class);
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
