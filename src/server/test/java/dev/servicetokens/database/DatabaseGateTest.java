package dev.servicetokens.database;

import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.servicetokens.startup.StartRefusal;
import org.junit.jupiter.api.Test;

class DatabaseGateTest {
  @Test
  void admitsPostgres15AndLater() {
    assertThatCode(() -> DatabaseGate.requireSupported(15)).doesNotThrowAnyException();
    assertThatCode(() -> DatabaseGate.requireSupported(18)).doesNotThrowAnyException();
  }

  @Test
  void refusesAnOlderPostgres() {
    assertThatThrownBy(() -> DatabaseGate.requireSupported(14))
        .isInstanceOf(StartRefusal.class)
        .hasMessageContaining("PostgreSQL 14, but 15 or later is needed");
  }
}
