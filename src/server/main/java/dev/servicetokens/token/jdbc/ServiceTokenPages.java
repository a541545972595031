package dev.servicetokens.token.jdbc;

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

  private final JdbcOperations operations;

  ServiceTokenPages(JdbcOperations operations) {
    this.operations = operations;
  }

  List<ServiceTokenRow> find(PageQuery query) {
    return operations.execute(connection -> find(connection, query));
  }

  private static List<ServiceTokenRow> find(Connection connection, PageQuery query)
      throws SQLException {
    try (Statement setting = connection.createStatement()) {
      setting.execute(PLAN_FOR_THE_VALUES);
    }
    try (PreparedStatement statement = connection.prepareStatement(query.sql())) {
      int index = 1;
      for (Object parameter : query.parameters()) {
        bind(statement, index++, parameter);
      }
      try (ResultSet found = statement.executeQuery()) {
        List<ServiceTokenRow> rows = new ArrayList<>();
        while (found.next()) {
          rows.add(row(found));
        }
        return rows;
      }
    }
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
}
