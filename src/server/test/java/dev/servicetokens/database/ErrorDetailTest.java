package dev.servicetokens.database;

import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.servicetokens.fixtures.TestServer;
import io.micronaut.data.connection.jdbc.advice.DelegatingDataSource;
import java.sql.Connection;
import java.sql.SQLException;
import javax.sql.DataSource;
import org.junit.jupiter.api.Test;

/** An error of the database goes into the log: it must not show the row that it is about. */
final class ErrorDetailTest {

  private static final String INSERT =
      "INSERT INTO bootstrap_secret (digest, created_at) VALUES (decode(?, 'hex'), now())";

  @Test
  void keepsValuesOutOfItsErrors() throws SQLException {
    try (TestServer server = TestServer.start();
        Connection connection =
            DelegatingDataSource.unwrapDataSource(server.bean(DataSource.class)).getConnection();
        var statement = connection.prepareStatement(INSERT)) {
      statement.setString(1, "cafe4711");

      assertThatThrownBy(statement::executeUpdate)
          .isInstanceOf(SQLException.class)
          .hasMessageNotContaining("cafe4711");

      statement.setString(1, "cafe4712");
      statement.addBatch();
      assertThatThrownBy(statement::executeBatch)
          .isInstanceOf(SQLException.class)
          .hasMessageNotContaining("cafe4712");
    }
  }
}
