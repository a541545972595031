package dev.servicetokens.cluster.jdbc;

import static org.assertj.core.api.Assertions.assertThat;

import dev.servicetokens.access.Commits;
import dev.servicetokens.cluster.PrincipalQuery;
import dev.servicetokens.cluster.PrincipalQuerySuite;
import dev.servicetokens.database.DatabaseUnavailable;
import dev.servicetokens.fixtures.TestBeans;
import dev.servicetokens.fixtures.TestDatabase;
import dev.servicetokens.token.ServiceToken;
import dev.servicetokens.token.TokenDigest;
import dev.servicetokens.token.TokenRepository;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

final class JdbcPrincipalQueryTest extends PrincipalQuerySuite {

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
    DATABASE.execute("TRUNCATE service_token, subject, permission_definition CASCADE");
  }

  /**
   * Rule 18: who asks a database that does not answer is told so, and does not wait for minutes.
   */
  @Test
  void givesUpOnADatabaseThatDoesNotAnswer() throws Exception {
    try (Connection locking = DATABASE.connect();
        Statement statement = locking.createStatement()) {
      locking.setAutoCommit(false);
      statement.execute("LOCK TABLE latest_change IN ACCESS EXCLUSIVE MODE");

      CompletableFuture<?> asked =
          CompletableFuture.runAsync(
              () -> principals().find(new TokenDigest(1, 2, 3, 4)), Thread::startVirtualThread);

      assertThat(asked)
          .failsWithin(Duration.ofSeconds(10))
          .withThrowableThat()
          .satisfies(failure -> assertThat(DatabaseUnavailable.isCauseOf(failure)).isTrue());
    }
    assertThat(principals().find(new TokenDigest(1, 2, 3, 4)).answer().found()).isEmpty();
  }

  /**
   * A change on that connection may wait for a standby for longer than a request waits (rule 2).
   */
  @Test
  void leavesItsConnectionTheUsualLimit() {
    int limit =
        beans
            .bean(Commits.class)
            .onEveryNode(
                changed -> {
                  principals().find(new TokenDigest(1, 2, 3, 4));
                  return networkTimeout(beans.bean(Connection.class));
                });

    assertThat(limit).isEqualTo(30_000);
  }

  private static int networkTimeout(Connection connection) {
    try {
      return connection.getNetworkTimeout();
    } catch (SQLException e) {
      throw new AssertionError(e);
    }
  }

  @Override
  protected PrincipalQuery principals() {
    return beans.bean(PrincipalQuery.class);
  }

  @Override
  protected void add(ServiceToken token, TokenDigest digest) {
    beans.bean(TokenRepository.class).add(token, digest);
  }

  @Override
  protected void makeSubject(String handle, String permission, String resource) {
    DATABASE.execute("INSERT INTO subject VALUES ('%s', now())".formatted(handle));
    DATABASE.execute(
        "INSERT INTO subject_permission VALUES ('%s', '%s', '%s')"
            .formatted(handle, permission, resource));
  }

  @Override
  protected void define(String permission) {
    DATABASE.execute(
        "INSERT INTO permission_definition VALUES ('%s', NULL, now())".formatted(permission));
  }
}
