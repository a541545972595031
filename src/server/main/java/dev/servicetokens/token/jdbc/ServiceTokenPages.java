package dev.servicetokens.token.jdbc;

import io.micronaut.data.jdbc.runtime.JdbcOperations;
import jakarta.inject.Singleton;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.List;
import java.util.stream.Stream;

/** Executes the statements of {@link PageQuery}. Thread-safe. */
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

  private List<ServiceTokenRow> find(Connection connection, PageQuery query) throws SQLException {
    try (Statement setting = connection.createStatement()) {
      setting.execute(PLAN_FOR_THE_VALUES);
    }
    try (PreparedStatement statement = connection.prepareStatement(query.sql())) {
      int index = 1;
      for (Object parameter : query.parameters()) {
        bind(statement, index++, parameter);
      }
      try (ResultSet found = statement.executeQuery();
          Stream<ServiceTokenRow> rows = operations.entityStream(found, ServiceTokenRow.class)) {
        return rows.toList();
      }
    }
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
