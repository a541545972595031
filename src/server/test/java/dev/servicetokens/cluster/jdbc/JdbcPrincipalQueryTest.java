package dev.servicetokens.cluster.jdbc;

import dev.servicetokens.cluster.PrincipalQuery;
import dev.servicetokens.cluster.PrincipalQuerySuite;
import dev.servicetokens.fixtures.TestDatabase;
import dev.servicetokens.fixtures.TestServer;
import dev.servicetokens.token.ServiceToken;
import dev.servicetokens.token.TokenDigest;
import dev.servicetokens.token.TokenRepository;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;

final class JdbcPrincipalQueryTest extends PrincipalQuerySuite {

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
  protected PrincipalQuery principals() {
    return server.bean(PrincipalQuery.class);
  }

  @Override
  protected void add(ServiceToken token, TokenDigest digest) {
    server.bean(TokenRepository.class).add(token, digest);
  }

  @Override
  protected void makeSubject(String handle, String permission, String resource) {
    DATABASE.execute("INSERT INTO subject VALUES ('%s', now())".formatted(handle));
    DATABASE.execute(
        "INSERT INTO subject_permission VALUES ('%s', '%s', '%s')"
            .formatted(handle, permission, resource));
  }
}
