package dev.servicetokens.cluster.jdbc;

import dev.servicetokens.cluster.ChangeLog;
import io.micronaut.context.annotation.Prototype;
import io.micronaut.context.annotation.Requires;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.Statement;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** The log in PostgreSQL as who waits for a change sees it; each has a connection of its own. */
@Prototype
@Requires(beans = OwnConnections.class)
final class JdbcChangeLog implements ChangeLog {

  private static final String NOTIFY = "SELECT pg_notify('change', '')";

  private static final String POLL =
      """
      SELECT node_id,
             lease_ms,
             renewal,
             applied,
             extract(epoch FROM pg_postmaster_start_time())::text AS server_start
      FROM node
      """;

  // The lock keeps other nodes from doing the same work at the same time; they skip it. The oldest
  // come first along the primary key.
  private static final String PRUNE =
      """
      DELETE FROM change
      WHERE change_number IN (
          SELECT old.change_number
          FROM change AS old
          WHERE old.made_at < ?
            AND old.change_number <= (
              SELECT change_number - ?
              FROM latest_change
              WHERE id = 1
            )
          ORDER BY old.change_number
          LIMIT ?
        )
        AND (SELECT pg_try_advisory_xact_lock(7305441820371))
      """;

  // A node that has renewed its row since then is alive.
  private static final String FORGET =
      """
      DELETE FROM node
      WHERE node_id = ?
        AND renewal = ?
      """;

  private final OwnConnection own;

  JdbcChangeLog(OwnConnections connections) {
    this.own = new OwnConnection(connections, "changes");
  }

  @Override
  public void notifyNodes() {
    own.call(
        connection -> {
          try (Statement statement = connection.createStatement()) {
            return statement.execute(NOTIFY);
          }
        });
  }

  @Override
  public Poll poll() {
    return own.call(
        connection -> {
          @Nullable String serverStart = null;
          List<NodeRow> nodes = new ArrayList<>();
          try (PreparedStatement select = connection.prepareStatement(POLL);
              ResultSet rows = select.executeQuery()) {
            while (rows.next()) {
              serverStart = rows.getString("server_start");
              nodes.add(
                  new NodeRow(
                      rows.getObject("node_id", UUID.class),
                      rows.getInt("lease_ms"),
                      rows.getObject("renewal", UUID.class),
                      rows.getLong("applied")));
            }
          }
          return new Poll(serverStart, nodes);
        });
  }

  @Override
  public int prune(Instant before, int keep, int most) {
    return own.call(
        connection -> {
          try (PreparedStatement delete = connection.prepareStatement(PRUNE)) {
            delete.setObject(1, before.atOffset(ZoneOffset.UTC));
            delete.setInt(2, keep);
            delete.setInt(3, most);
            return delete.executeUpdate();
          }
        });
  }

  @Override
  public void forget(NodeRow seen) {
    own.call(
        connection -> {
          try (PreparedStatement delete = connection.prepareStatement(FORGET)) {
            delete.setObject(1, seen.nodeId());
            delete.setObject(2, seen.renewal());
            return delete.executeUpdate();
          }
        });
  }

  @Override
  public void close() {
    own.close();
  }
}
