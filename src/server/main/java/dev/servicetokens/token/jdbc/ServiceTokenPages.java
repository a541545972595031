package dev.servicetokens.token.jdbc;

import dev.servicetokens.token.ServiceToken;
import dev.servicetokens.token.TokenId;
import dev.servicetokens.token.TokenPage;
import dev.servicetokens.token.TokenPosition;
import io.micronaut.data.jdbc.runtime.JdbcOperations;
import jakarta.inject.Singleton;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** Executes the statements of {@link PageQuery}, whose columns it reads. Thread-safe. */
@Singleton
final class ServiceTokenPages {

  // After a few executions the server may keep one plan for all values, which reads every token
  // where a rare role is asked for.
  private static final String PLAN_FOR_THE_VALUES = "SET LOCAL plan_cache_mode = force_custom_plan";

  /**
   * So many rows come from the database at first, then twice as many each time. A row may weigh 100
   * kB, and what a page does not take has come for nothing.
   */
  private static final int FIRST_FETCH = 8;

  private static final int MOST_FETCHED = 64;
  private static final int MANY_POSITIONS = 1000;

  /** A page that has so many characters of text takes no further token. */
  private static final int MOST_WEIGHT = 128 * 1024;

  private final JdbcOperations operations;

  ServiceTokenPages(JdbcOperations operations) {
    this.operations = operations;
  }

  /** A page of at most so many tokens; the statement finds one more if there is one. */
  TokenPage find(PageQuery query, int limit) {
    return operations.execute(connection -> execute(connection, query, rows -> page(rows, limit)));
  }

  /** All positions that the statement finds. */
  List<TokenPosition> positions(PageQuery query) {
    return operations.execute(
        connection -> execute(connection, query, ServiceTokenPages::positions));
  }

  private static <T> T execute(Connection connection, PageQuery query, Reading<T> reading)
      throws SQLException {
    try (Statement setting = connection.createStatement()) {
      setting.execute(PLAN_FOR_THE_VALUES);
    }
    try (PreparedStatement statement = connection.prepareStatement(query.sql())) {
      int index = 1;
      for (Object parameter : query.parameters()) {
        bind(statement, index++, parameter);
      }
      statement.setFetchSize(FIRST_FETCH);
      try (ResultSet found = statement.executeQuery()) {
        return reading.of(found);
      }
    }
  }

  private static TokenPage page(ResultSet found, int limit) throws SQLException {
    List<ServiceToken> tokens = new ArrayList<>();
    int weight = 0;
    while (found.next()) {
      if (tokens.size() == limit || weight >= MOST_WEIGHT) {
        return new TokenPage(tokens, TokenPosition.of(tokens.getLast()));
      }
      ServiceTokenRow row = row(found);
      tokens.add(row.toDomain());
      weight += row.weight();
      found.setFetchSize(Math.clamp(2L * tokens.size(), FIRST_FETCH, MOST_FETCHED));
    }
    return new TokenPage(tokens, null);
  }

  private static List<TokenPosition> positions(ResultSet found) throws SQLException {
    found.setFetchSize(MANY_POSITIONS);
    List<TokenPosition> positions = new ArrayList<>();
    while (found.next()) {
      positions.add(new TokenPosition(found.getString(2), new TokenId(found.getLong(1))));
    }
    return positions;
  }

  /** By position: the framework's mapping by name costs more than the whole query. */
  private static ServiceTokenRow row(ResultSet found) throws SQLException {
    return new ServiceTokenRow(
        found.getLong(1),
        found.getString(2),
        found.getString(3),
        List.of((String[]) found.getArray(4).getArray()),
        instant(found, 5),
        found.getString(6),
        found.getObject(7, Long.class),
        found.getString(8),
        Objects.requireNonNull(instant(found, 9)),
        Objects.requireNonNull(instant(found, 10)),
        instant(found, 11),
        found.getString(12),
        found.getObject(13, Long.class));
  }

  private static @Nullable Instant instant(ResultSet found, int column) throws SQLException {
    OffsetDateTime time = found.getObject(column, OffsetDateTime.class);
    return time == null ? null : time.toInstant();
  }

  private static void bind(PreparedStatement statement, int index, Object parameter)
      throws SQLException {
    if (parameter instanceof String[] texts) {
      statement.setArray(index, statement.getConnection().createArrayOf("text", texts));
    } else {
      statement.setObject(index, parameter);
    }
  }

  /** Reads what was found; the connection is in a transaction, which fetching in parts needs. */
  @FunctionalInterface
  private interface Reading<T> {
    T of(ResultSet found) throws SQLException;
  }
}
