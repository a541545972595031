package dev.servicetokens.benchmarks;

import java.io.PrintStream;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;

/**
 * Takes keys and indexes of the two token tables away and puts the same ones back: ten million rows
 * are sorted once instead of being placed one by one. In the caller's transaction, so that nobody
 * else ever sees the tables without.
 */
final class IndexesAside {

  private static final String TABLES =
      "('service_token'::regclass::oid, 'service_token_secret'::regclass::oid)";

  // Foreign keys first: the keys they refer to cannot go before them.
  private static final String CONSTRAINTS =
      """
      SELECT format('ALTER TABLE %%s DROP CONSTRAINT %%I', conrelid::regclass, conname),
             format(
               'ALTER TABLE %%s ADD CONSTRAINT %%I %%s',
               conrelid::regclass,
               conname,
               pg_get_constraintdef(oid)
             )
      FROM pg_constraint
      WHERE contype IN ('p', 'u', 'f')
        AND (conrelid IN %1$s OR confrelid IN %1$s)
      ORDER BY contype = 'f' DESC,
               conname
      """
          .formatted(TABLES);

  private static final String INDEXES =
      """
      SELECT format('DROP INDEX %%s', indexrelid::regclass),
             pg_get_indexdef(indexrelid)
      FROM pg_index
      WHERE indrelid IN %s
        AND indexrelid NOT IN (
          SELECT conindid
          FROM pg_constraint
          WHERE contype IN ('p', 'u')
        )
      ORDER BY indexrelid
      """
          .formatted(TABLES);

  private final Connection connection;
  private final PrintStream progress;
  private final List<String> makers = new ArrayList<>();

  IndexesAside(Connection connection, PrintStream progress) {
    this.connection = connection;
    this.progress = progress;
  }

  void takeAway() throws SQLException {
    List<String> droppers = new ArrayList<>();
    read(CONSTRAINTS, droppers);
    read(INDEXES, droppers);
    for (String dropper : droppers) {
      execute(dropper);
    }
  }

  /** In the opposite order. */
  void putBack() throws SQLException {
    for (String maker : makers.reversed()) {
      progress.println("  " + maker);
      execute(maker);
    }
  }

  private void read(String query, List<String> droppers) throws SQLException {
    try (Statement statement = connection.createStatement();
        ResultSet found = statement.executeQuery(query)) {
      while (found.next()) {
        droppers.add(found.getString(1));
        makers.add(found.getString(2));
      }
    }
  }

  private void execute(String sql) throws SQLException {
    try (Statement statement = connection.createStatement()) {
      statement.execute(sql);
    }
  }
}
