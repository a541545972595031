package dev.servicetokens.database;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.servicetokens.fixtures.TestDatabase;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.ArrayDeque;
import java.util.List;
import java.util.Queue;
import org.junit.jupiter.api.Test;
import org.postgresql.ds.PGSimpleDataSource;

/** The pool's own patience grows to five seconds: a database that is back would wait that long. */
final class PatientDataSourceTest {

  private final TestDatabase database = TestDatabase.create();

  @Test
  void waitsForADatabaseThatWasThere() throws SQLException {
    Away away = new Away();
    PatientDataSource patient = new PatientDataSource(away);
    patient.getConnection().close();
    away.states.addAll(List.of("08001", "57P03"));

    try (Connection connection = patient.getConnection()) {
      assertThat(connection.isValid(10)).isTrue();
    }
    assertThat(away.states).isEmpty();
  }

  /** A server with a wrong address must not start and wait. */
  @Test
  void saysAtOnceThatADatabaseWasNeverThere() {
    Away away = new Away();
    away.states.add("08001");

    assertFails(new PatientDataSource(away), "08001");
  }

  @Test
  void saysAtOnceThatThePasswordIsWrong() throws SQLException {
    Away away = new Away();
    PatientDataSource patient = new PatientDataSource(away);
    patient.getConnection().close();
    away.states.add("28P01");

    assertFails(patient, "28P01");
  }

  /** So ends a pool that is closed. */
  @Test
  void endsWhenItIsInterrupted() throws SQLException {
    Away away = new Away();
    PatientDataSource patient = new PatientDataSource(away);
    patient.getConnection().close();
    away.states.add("08001");
    Thread.currentThread().interrupt();

    assertFails(patient, "08001");
    assertThat(Thread.interrupted()).isTrue();
  }

  private static void assertFails(PatientDataSource patient, String state) {
    assertThatThrownBy(patient::getConnection)
        .isInstanceOfSatisfying(
            SQLException.class, e -> assertThat(e.getSQLState()).isEqualTo(state));
  }

  /** Fails with each of some states, then is there. */
  private final class Away extends PGSimpleDataSource {

    private static final long serialVersionUID = 1;

    private final transient Queue<String> states = new ArrayDeque<>();

    @Override
    public Connection getConnection() throws SQLException {
      String state = states.poll();
      if (state != null) {
        throw new SQLException("away", state);
      }
      return database.connect();
    }
  }
}
