package dev.servicetokens.error;

import static org.assertj.core.api.Assertions.assertThat;

import io.micronaut.data.connection.exceptions.ConnectionException;
import io.micronaut.http.HttpStatus;
import java.sql.SQLException;
import java.sql.SQLTransientConnectionException;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;

final class RefusalsTest {

  static Stream<Throwable> absences() {
    return Stream.of(
        new SQLTransientConnectionException("pool"),
        new ConnectionException("closed", new SQLException("closed")),
        new SQLException("refused", "08001"),
        new SQLException("too many", "53300"),
        new SQLException("shutting down", "57P01"),
        new SQLException("a standby now", "25006"));
  }

  @ParameterizedTest
  @MethodSource("absences")
  void asksToTryAgainWhenTheDatabaseIsAway(Throwable absence) {
    Refusal refusal = Refusals.of(new IllegalStateException(new RuntimeException(absence)));

    assertThat(refusal.status().getCode()).isEqualTo(503);
    assertThat(refusal.message()).contains("try again");
  }

  @Test
  void tellsNothingOfAFailureThatNobodyForesaw() {
    Refusal refusal = Refusals.of(new SQLException("secret detail", "23505"));

    assertThat(refusal.status().getCode()).isEqualTo(500);
    assertThat(refusal.isOurs()).isTrue();
    assertThat(refusal.message()).doesNotContain("secret").contains("tracking key");
  }

  /** Whatever status the framework refuses with, there is one line that can be shown. */
  @ParameterizedTest
  @EnumSource
  void saysSomethingForEveryStatusOfTheFramework(HttpStatus status) {
    assertThat(Refusals.ofFramework(status, new RuntimeException("secret detail")).message())
        .isNotBlank()
        .endsWith(".")
        .doesNotContain("secret");
  }
}
