package dev.servicetokens.verification.jdbc;

import dev.servicetokens.database.Sessions;
import dev.servicetokens.verification.CountedUses;
import io.micronaut.data.jdbc.runtime.JdbcOperations;
import jakarta.inject.Singleton;
import java.sql.ResultSet;

/** Uses that are counted in the token's own row, in PostgreSQL. */
@Singleton
final class JdbcCountedUses implements CountedUses {

  // The row's lock makes those that come at once wait for each other, and each looks at the count
  // again when it has it. No index has the column, so that the row is rewritten in its page. A
  // token
  // whose uses are not bounded any more has one left.
  private static final String COUNT =
      """
      WITH setting AS (
        SELECT %s
      )
      UPDATE service_token
      SET uses = service_token.uses + 1
      FROM setting
      WHERE service_token.id = ?
        AND service_token.enabled
        AND (
          service_token.maximum_uses IS NULL
          OR service_token.uses < service_token.maximum_uses
        )
        AND setting.durability IS NOT NULL
      """
          .formatted(Sessions.ACKNOWLEDGED);

  private static final String LEFT =
      """
      SELECT
      FROM service_token
      WHERE id = ?
        AND (maximum_uses IS NULL OR uses < maximum_uses)
      """;

  private final JdbcOperations operations;

  JdbcCountedUses(JdbcOperations operations) {
    this.operations = operations;
  }

  @Override
  public boolean count(long tokenId) {
    return operations.prepareStatement(
        COUNT,
        statement -> {
          statement.setLong(1, tokenId);
          return statement.executeUpdate() == 1;
        });
  }

  @Override
  public boolean isLeft(long tokenId) {
    return operations.prepareStatement(
        LEFT,
        statement -> {
          statement.setLong(1, tokenId);
          try (ResultSet found = statement.executeQuery()) {
            return found.next();
          }
        });
  }
}
