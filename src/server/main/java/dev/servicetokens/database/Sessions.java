package dev.servicetokens.database;

import dev.servicetokens.startup.StartRefusal;
import jakarta.inject.Singleton;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.Properties;
import org.postgresql.PGConnection;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What a session of the database must be, whatever the defaults of its role: transactions read what
 * is committed, none holds up others for long when its client stalls, and a client that has
 * vanished is noticed.
 *
 * <p>To PostgreSQL itself this is said when a connection is opened. A pooler gives the same session
 * to one client after the other, so that nothing may be set for longer than a transaction, and no
 * statement prepared. Thread-safe once prepared.
 */
@Singleton
public final class Sessions {

  private static final Logger LOG = LoggerFactory.getLogger(Sessions.class);

  /**
   * So long may a client leave its transaction, with all locks, alone. Not for whole sessions: a
   * migration leaves one alone while it works in another.
   */
  public static final String LONGEST_STALL = "4s";

  /**
   * Three columns of a statement in a transaction that must be acknowledged (coherence rule 2),
   * each a setting for the rest of that transaction. A standby's acknowledgement is waited for
   * whatever the role's default, and no time-out of the database may end that wait. But a client
   * that stalls before its COMMIT, with locks that others need, is not waited for.
   */
  public static final String ACKNOWLEDGED =
      """
      set_config(
               'synchronous_commit',
               CASE current_setting('synchronous_commit') WHEN 'remote_apply' THEN 'remote_apply' ELSE 'on' END,
               true
             ) AS durability,
             set_config('statement_timeout', '0', true) AS statement_timeout,
             set_config('idle_in_transaction_session_timeout', '"""
          + LONGEST_STALL
          + """
      ', true) AS longest_stall
      """;

  /** So long does a statement wait for another's lock. */
  private static final String LONGEST_LOCK_WAIT = "5s";

  private static final String OPTIONS =
      "-c default_transaction_isolation=read\\ committed"
          + " -c default_transaction_read_only=off"
          + " -c default_transaction_deferrable=off"
          + " -c idle_session_timeout=0"
          + " -c lock_timeout="
          + LONGEST_LOCK_WAIT
          + " -c statement_timeout=30s"
          + " -c tcp_keepalives_idle=10"
          + " -c tcp_keepalives_interval=3"
          + " -c tcp_keepalives_count=3"
          + " -c tcp_user_timeout=15000";

  // Both for this transaction alone, in one exchange.
  private static final String LIMIT =
      "SET LOCAL idle_in_transaction_session_timeout = '%s'; SET LOCAL lock_timeout = '%s'"
          .formatted(LONGEST_STALL, LONGEST_LOCK_WAIT);

  private static final String PREPARE_THRESHOLD = "prepareThreshold";
  private static final String DRIVER_OPTIONS = "options";

  private volatile boolean pooled;

  Sessions() {}

  /**
   * Sets what a transaction needs that holds locks for which others wait, where the connection does
   * not have it. Called at its beginning.
   */
  public void limit(Connection connection) throws SQLException {
    if (pooled) {
      try (Statement statement = connection.createStatement()) {
        statement.execute(LIMIT);
      }
    }
  }

  /**
   * Finds out what is at the other end and adds what connections to it need.
   *
   * @param connection one without these settings
   * @param url the URL of all connections
   * @param settings the driver's settings
   * @throws StartRefusal if the database is not what we need, and cannot be made so from here
   */
  void prepare(Connection connection, String url, Properties settings) throws SQLException {
    requireUtf8(text(connection, "SHOW server_encoding"));
    pooled = isPooled(connection);
    if (pooled) {
      LOG.info("A connection pooler stands before the database: statements are not prepared");
      settings.putIfAbsent(PREPARE_THRESHOLD, "0");
    }
    if (pooled || url.contains(DRIVER_OPTIONS + "=")) {
      requireDefault(connection, "default_transaction_isolation", "read committed");
      requireDefault(connection, "default_transaction_read_only", "off");
    } else {
      String given = settings.getProperty(DRIVER_OPTIONS);
      settings.setProperty(DRIVER_OPTIONS, given == null ? OPTIONS : given + " " + OPTIONS);
    }
  }

  /** A pooler answers with a process id that it made up, because no process is ours for long. */
  private static boolean isPooled(Connection connection) throws SQLException {
    int told = connection.unwrap(PGConnection.class).getBackendPID();
    return !text(connection, "SELECT pg_backend_pid()").equals(Integer.toString(told));
  }

  /** Names and handles are of any script: another encoding would refuse some of them, or all. */
  static void requireUtf8(String encoding) {
    if (!encoding.equals("UTF8")) {
      throw new StartRefusal(
          "The database's encoding is %s, but UTF8 is needed: make another with CREATE DATABASE NAME ENCODING 'UTF8' TEMPLATE template0, and set DATASOURCES_DEFAULT_URL to it"
              .formatted(encoding));
    }
  }

  private static void requireDefault(Connection connection, String setting, String needed)
      throws SQLException {
    String found = text(connection, "SHOW " + setting);
    if (!found.equals(needed)) {
      throw new StartRefusal(
          "The database's %s is '%s' for this user, but '%s' is needed, and a pooler or options in the URL keep the server from setting it: run ALTER ROLE USER SET %s = '%s'"
              .formatted(setting, found, needed, setting, needed));
    }
  }

  private static String text(Connection connection, String sql) throws SQLException {
    try (Statement statement = connection.createStatement();
        ResultSet row = statement.executeQuery(sql)) {
      row.next();
      return row.getString(1);
    }
  }
}
