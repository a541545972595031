package dev.servicetokens.audit.background;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.servicetokens.fixtures.AuditLog;
import dev.servicetokens.fixtures.TestDatabase;
import dev.servicetokens.fixtures.TestServer;
import dev.servicetokens.startup.StartFailure;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

final class AuditConfigurationTest {

  private static final String RETENTION = "SERVICE_TOKENS_AUDIT_RETENTION";

  @Test
  void keepsEventsForAYearUnlessConfiguredOtherwise() {
    try (TestServer server = TestServer.start()) {
      assertThat(server.bean(AuditConfiguration.class).retention()).isEqualTo(Duration.ofDays(365));
    }
  }

  @ParameterizedTest
  @CsvSource({"30d,P30D", "P400D,P400D", "48h,P2D"})
  void takesEachWayToWriteARetention(String text, Duration retention) {
    try (TestServer server = start(text)) {
      assertThat(server.bean(AuditConfiguration.class).retention()).isEqualTo(retention);
    }
  }

  @Test
  void removesWhatIsOlder() {
    TestDatabase database = TestDatabase.create();
    Instant longAgo = Instant.now().minus(Duration.ofDays(30)).truncatedTo(ChronoUnit.MILLIS);
    try (TestServer server = TestServer.startAt(longAgo, database, Map.of(RETENTION, "2d"))) {
      AuditLog log = new AuditLog(server.api(), server.administrator());
      AuditBackground background = server.bean(AuditBackground.class);
      log.sealed();
      server.clock().move(Duration.ofHours(20));
      server.api().createdWithRole(server.administrator(), "later", "stackstate-guest");
      log.sealed();
      background.prune();
      assertThat(actions(database)).containsExactly("bootstrap.create", "token.create");

      server.clock().move(Duration.ofHours(28).plusMillis(1));
      background.prune();

      assertThat(actions(database)).containsExactly("token.create", "audit.prune");
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"foo", "0d", "-1d", "23h", "365001d", "PT0S"})
  void refusesWhatIsNoRetention(String text) {
    assertThatThrownBy(() -> start(text).close())
        .satisfies(
            failure ->
                assertThat(StartFailure.of(failure).line())
                    .startsWith("The setting SERVICE_TOKENS_AUDIT_RETENTION"));
  }

  private static List<String> actions(TestDatabase database) {
    return database.texts("SELECT action FROM audit_event ORDER BY id");
  }

  private static TestServer start(String retention) {
    return TestServer.startWithVariables(TestDatabase.create(), Map.of(RETENTION, retention));
  }
}
