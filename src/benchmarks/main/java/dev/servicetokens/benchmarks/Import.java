package dev.servicetokens.benchmarks;

import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.function.ObjIntConsumer;
import org.postgresql.PGConnection;
import org.postgresql.copy.CopyIn;

/**
 * Puts generated tokens into a database that a server has migrated: {@code Import N}. One
 * transaction; memory does not grow with N.
 */
final class Import {

  private static final int BUFFER = 1 << 16;
  private static final int STEPS = 20;

  private final Connection connection;
  private final int tokens;
  private final PrintStream progress;

  private Import(Connection connection, int tokens, PrintStream progress) {
    this.connection = connection;
    this.tokens = tokens;
    this.progress = progress;
  }

  static void main(String[] arguments) throws SQLException {
    int tokens = Integer.parseInt(arguments[0]);
    if (tokens < 1 || tokens > GeneratedTokens.MOST) {
      throw new IllegalArgumentException("From 1 to " + GeneratedTokens.MOST + " tokens");
    }
    long begin = System.nanoTime();
    try (Connection connection = Database.connect()) {
      new Import(connection, tokens, System.err).run();
    }
    Duration taken = Duration.ofNanos(System.nanoTime() - begin);
    System.err.println("Imported " + tokens + " tokens in " + taken.toSeconds() + " s");
  }

  private void run() throws SQLException {
    requireEmpty();
    connection.setAutoCommit(false);
    execute("SET LOCAL maintenance_work_mem = '512MB'");
    IndexesAside indexes = new IndexesAside(connection, progress);
    indexes.takeAway();
    addSubjects();
    copy(
        "service_token",
        "COPY service_token " + GeneratedTokens.TOKEN_COLUMNS + " FROM STDIN",
        GeneratedTokens::appendToken);
    copy(
        "service_token_secret",
        "COPY service_token_secret " + GeneratedTokens.SECRET_COLUMNS + " FROM STDIN",
        GeneratedTokens::appendSecret);
    progress.println("Keys and indexes:");
    indexes.putBack();
    connection.commit();
    connection.setAutoCommit(true);
    progress.println("Statistics …");
    execute("VACUUM (ANALYZE) service_token");
    execute("VACUUM (ANALYZE) service_token_secret");
  }

  /** Generated token strings are no secrets: a database with tokens of others must not get any. */
  private void requireEmpty() throws SQLException {
    try (Statement statement = connection.createStatement();
        ResultSet found =
            statement.executeQuery(
                """
                SELECT EXISTS (
                  SELECT
                  FROM service_token
                  WHERE name NOT IN ('administrator', 'bootstrap')
                )
                """)) {
      if (found.next() && found.getBoolean(1)) {
        throw new IllegalStateException(
            "This database has tokens already. Everybody can compute the generated ones: import"
                + " them into a new database that protects nothing.");
      }
    }
  }

  private void addSubjects() throws SQLException {
    for (int i = 0; i < GeneratedTokens.SUBJECTS; i++) {
      String handle = GeneratedTokens.subject(i);
      execute("INSERT INTO subject (handle, created_at) VALUES ('" + handle + "', now())");
      execute(
          """
          INSERT INTO subject_permission (subject, permission, resource)
          VALUES ('%1$s', 'get-topology', 'system'),
                 ('%1$s', 'get-metrics', 'team-%2$d')
          """
              .formatted(handle, i));
    }
  }

  private void copy(String table, String sql, ObjIntConsumer<StringBuilder> rows)
      throws SQLException {
    CopyIn copy = connection.unwrap(PGConnection.class).getCopyAPI().copyIn(sql);
    StringBuilder lines = new StringBuilder(2 * BUFFER);
    int step = Math.max(1, tokens / STEPS);
    for (int number = 0; number < tokens; number++) {
      rows.accept(lines, number);
      if (lines.length() >= BUFFER) {
        write(copy, lines);
      }
      if ((number + 1) % step == 0) {
        progress.println(table + ": " + (number + 1) + " of " + tokens);
      }
    }
    write(copy, lines);
    copy.endCopy();
  }

  private static void write(CopyIn copy, StringBuilder lines) throws SQLException {
    byte[] bytes = lines.toString().getBytes(StandardCharsets.US_ASCII);
    copy.writeToCopy(bytes, 0, bytes.length);
    lines.setLength(0);
  }

  private void execute(String sql) throws SQLException {
    try (Statement statement = connection.createStatement()) {
      statement.execute(sql);
    }
  }
}
