package dev.servicetokens.cluster;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.servicetokens.fixtures.TestBeans;
import dev.servicetokens.fixtures.TestDatabase;
import dev.servicetokens.token.Upgrade;
import dev.servicetokens.token.UpgradeUnfinishedException;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.time.Duration;
import java.util.UUID;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/**
 * Nodes of the release before, by the statements with which that release registers a node and
 * renews its row: it must not accept what it cannot bound, and one that has died must not stand in
 * the way for ever.
 */
final class RegisteredReleasesTest {

  private static final TestDatabase DATABASE = TestDatabase.create();

  /** Of release 1.0.0, but for the setting of the transaction's durability. */
  private static final String REGISTER_BEFORE =
      "INSERT INTO node (node_id, lease_ms, renewal, applied) SELECT ?, ?, ?, 0";

  private static final String RENEW_BEFORE =
      """
      UPDATE node
      SET renewal = ?,
          applied = 0
      WHERE node_id = ?
      """;

  private static TestBeans beans;

  private final ScriptedTime time = new ScriptedTime();
  private final Upgrade releases =
      new RegisteredReleases(beans.bean(RegisteredReleases.Nodes.class), time);

  @BeforeAll
  static void start() {
    beans = TestBeans.on(DATABASE);
  }

  @AfterAll
  static void stop() {
    beans.close();
  }

  @BeforeEach
  void nobodyIsRegistered() {
    DATABASE.execute("TRUNCATE node");
  }

  @Test
  void waitForNobodyWhereEveryNodeIsOfThisRelease() {
    UUID own = UUID.randomUUID();
    beans
        .bean(ChangeLog.Connections.class)
        .changeLog("coherence")
        .register(own, 1000, UUID.randomUUID());

    releases.requireRelease(Upgrade.BOUNDED_TOKENS);

    assertThat(time.slept).isZero();
    assertThat(DATABASE.texts("SELECT release FROM node")).containsExactly("1");
    assertThat(ChangeLog.RELEASE).isGreaterThanOrEqualTo(Upgrade.BOUNDED_TOKENS);
  }

  @Test
  void refuseWhileAnOlderNodeRenewsItsRow() {
    UUID older = registerBefore(1000);
    time.meanwhile = () -> renewBefore(older);

    assertThatThrownBy(() -> releases.requireRelease(Upgrade.BOUNDED_TOKENS))
        .isInstanceOf(UpgradeUnfinishedException.class)
        .hasMessageContaining("finish the upgrade");
    assertThat(time.slept).isLessThan(Duration.ofMillis(500).toNanos());
  }

  /** A node that lives may renew late: it is watched for its whole lease. */
  @Test
  void refuseWhereAnOlderNodeRenewsLate() {
    UUID older = registerBefore(1000);
    time.meanwhile =
        () -> {
          if (time.slept >= Duration.ofMillis(900).toNanos()) {
            renewBefore(older);
          }
        };

    assertThatThrownBy(() -> releases.requireRelease(Upgrade.BOUNDED_TOKENS))
        .isInstanceOf(UpgradeUnfinishedException.class);
  }

  @Test
  void doNotMindAnOlderNodeThatIsSilentForItsLease() {
    registerBefore(1000);

    releases.requireRelease(Upgrade.BOUNDED_TOKENS);

    assertThat(time.slept)
        .isBetween(Duration.ofMillis(1000).toNanos(), Duration.ofMillis(1100).toNanos());
    long slept = time.slept;
    releases.requireRelease(Upgrade.BOUNDED_TOKENS);
    assertThat(time.slept).as("it is watched once, not each time").isEqualTo(slept);
  }

  @Test
  void refuseAnOlderNodeThatIsSilentNoMore() {
    UUID older = registerBefore(1000);
    releases.requireRelease(Upgrade.BOUNDED_TOKENS);

    renewBefore(older);
    time.meanwhile = () -> renewBefore(older);

    assertThatThrownBy(() -> releases.requireRelease(Upgrade.BOUNDED_TOKENS))
        .isInstanceOf(UpgradeUnfinishedException.class);
  }

  @Test
  void goOnWhenTheOlderNodeLeaves() {
    registerBefore(5000);
    time.meanwhile = () -> DATABASE.execute("TRUNCATE node");

    releases.requireRelease(Upgrade.BOUNDED_TOKENS);

    assertThat(time.slept).isLessThan(Duration.ofMillis(100).toNanos());
  }

  /** One that begins again under another id (rule 11) has a row that nobody has seen before. */
  @Test
  void refuseWhereAnOlderNodeBeginsAgain() {
    registerBefore(1000);
    time.meanwhile =
        () -> {
          DATABASE.execute("TRUNCATE node");
          registerBefore(1000);
        };

    assertThatThrownBy(() -> releases.requireRelease(Upgrade.BOUNDED_TOKENS))
        .isInstanceOf(UpgradeUnfinishedException.class);
  }

  /** An operation that needs nothing new goes on whatever runs. */
  @Test
  void mindNobodyWhereNothingNewIsNeeded() {
    registerBefore(1000);

    assertThatCode(() -> releases.requireRelease(0)).doesNotThrowAnyException();
    assertThat(time.slept).isZero();
  }

  private static UUID registerBefore(int leaseMillis) {
    UUID id = UUID.randomUUID();
    update(REGISTER_BEFORE, id, leaseMillis, UUID.randomUUID());
    return id;
  }

  private static void renewBefore(UUID id) {
    update(RENEW_BEFORE, UUID.randomUUID(), id);
  }

  private static void update(String sql, Object... values) {
    try (Connection connection = DATABASE.connect();
        PreparedStatement statement = connection.prepareStatement(sql)) {
      for (int i = 0; i < values.length; i++) {
        statement.setObject(i + 1, values[i]);
      }
      statement.executeUpdate();
    } catch (SQLException e) {
      throw new IllegalStateException(e);
    }
  }

  /** Time that passes when somebody sleeps, and in which something else happens then. */
  private static final class ScriptedTime implements Time {

    private long slept;
    private Runnable meanwhile = () -> {};

    @Override
    public long nanoTime() {
      return slept;
    }

    @Override
    public long wallMillis() {
      throw new UnsupportedOperationException();
    }

    @Override
    public void sleep(long nanos) {
      slept += nanos;
      meanwhile.run();
    }

    @Override
    public Latch latch() {
      throw new UnsupportedOperationException();
    }
  }
}
