package dev.servicetokens.database;

import java.io.PrintWriter;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.SQLFeatureNotSupportedException;
import java.time.Duration;
import java.util.logging.Logger;
import javax.sql.DataSource;

/**
 * Opens connections to a database that was there once, and waits for it while it is away.
 *
 * <p>The pool asks again after 10 ms, then after twice as long each time, up to 5 s: that long it
 * would leave a database alone that is back. Requests do not wait here; the pool tells them that
 * there is no connection when their own time is over. Thread-safe.
 */
final class PatientDataSource implements DataSource {

  private static final Duration PAUSE = Duration.ofMillis(100);

  private final DataSource database;
  private volatile boolean seen;

  /**
   * Makes one.
   *
   * @param database opens a connection, or fails, at once
   */
  PatientDataSource(DataSource database) {
    this.database = database;
  }

  /**
   * Opens a connection; ends by a failure only if the database has never been there, has another
   * reason than its absence, or the thread is interrupted.
   */
  @Override
  public Connection getConnection() throws SQLException {
    return open(database::getConnection);
  }

  /** Opens a connection with other credentials, as {@link #getConnection()} does. */
  @Override
  public Connection getConnection(String username, String password) throws SQLException {
    return open(() -> database.getConnection(username, password));
  }

  private Connection open(Attempt attempt) throws SQLException {
    while (true) {
      try {
        Connection connection = attempt.open();
        seen = true;
        return connection;
      } catch (SQLException e) {
        if (!seen || !DatabaseUnavailable.isCauseOf(e) || !pause()) {
          throw e;
        }
      }
    }
  }

  private static boolean pause() {
    try {
      Thread.sleep(PAUSE);
      return true;
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return false;
    }
  }

  @Override
  public PrintWriter getLogWriter() throws SQLException {
    return database.getLogWriter();
  }

  @Override
  public void setLogWriter(PrintWriter out) throws SQLException {
    database.setLogWriter(out);
  }

  @Override
  public int getLoginTimeout() throws SQLException {
    return database.getLoginTimeout();
  }

  @Override
  public void setLoginTimeout(int seconds) throws SQLException {
    database.setLoginTimeout(seconds);
  }

  @Override
  public Logger getParentLogger() throws SQLFeatureNotSupportedException {
    return database.getParentLogger();
  }

  @Override
  public <T> T unwrap(Class<T> type) throws SQLException {
    return database.unwrap(type);
  }

  @Override
  public boolean isWrapperFor(Class<?> type) throws SQLException {
    return database.isWrapperFor(type);
  }

  private interface Attempt {
    Connection open() throws SQLException;
  }
}
