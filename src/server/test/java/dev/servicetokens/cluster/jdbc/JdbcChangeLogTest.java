package dev.servicetokens.cluster.jdbc;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.servicetokens.access.SubjectHandle;
import dev.servicetokens.cluster.Change;
import dev.servicetokens.cluster.ChangeLog;
import dev.servicetokens.cluster.ChangeLog.LoggedChange;
import dev.servicetokens.cluster.ChangeLog.NodeRow;
import dev.servicetokens.cluster.ChangeLog.Poll;
import dev.servicetokens.cluster.ChangeLog.Position;
import dev.servicetokens.cluster.ChangeLog.Renewal;
import dev.servicetokens.cluster.LogUnavailableException;
import dev.servicetokens.fixtures.TestBeans;
import dev.servicetokens.fixtures.TestDatabase;
import dev.servicetokens.token.TokenDigest;
import dev.servicetokens.token.TokenString;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.UUID;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

final class JdbcChangeLogTest {

  private static final TestDatabase DATABASE = TestDatabase.create();
  private static final UUID NODE = UUID.randomUUID();
  private static final UUID FIRST = UUID.randomUUID();
  private static final UUID SECOND = UUID.randomUUID();
  private static final UUID THIRD = UUID.randomUUID();
  private static final int MANY = 10;
  private static final long FOREVER = Duration.ofMinutes(1).toNanos();

  private static TestBeans beans;
  private static ChangeLog.Connections connections;

  private final ChangeLog log = connections.changeLog("coherence");
  private final ChangeLog others = connections.changeLog("changes");

  @BeforeAll
  static void start() {
    beans = TestBeans.on(DATABASE);
    connections = beans.bean(ChangeLog.Connections.class);
  }

  @AfterAll
  static void stop() {
    beans.close();
  }

  @BeforeEach
  void register() {
    DATABASE.execute("TRUNCATE node, change; UPDATE latest_change SET change_number = 0");
    log.listen();
    log.register(NODE, 1000, FIRST);
  }

  @AfterEach
  void close() {
    log.close();
    others.close();
  }

  @Test
  void registersARowThatHasAppliedNothing() {
    assertThat(others.poll().nodes()).containsExactly(new NodeRow(NODE, 1000, FIRST, 0));
  }

  @Test
  void renewsTheRowThatItKnows() {
    assertThat(renew(SECOND, FIRST, FIRST, Position.START)).isTrue();

    assertThat(others.poll().nodes()).containsExactly(new NodeRow(NODE, 1000, SECOND, 0));
  }

  /** A reply that was lost does not cost the cache. */
  @Test
  void renewsARowWhoseLastReplyWasLost() {
    renew(SECOND, FIRST, FIRST, Position.START);

    assertThat(renew(THIRD, FIRST, SECOND, Position.START)).isTrue();
  }

  /** Another process with this node's id must not be taken for it. */
  @Test
  void leavesARowThatAnotherHasRenewed() {
    renew(SECOND, FIRST, FIRST, Position.START);

    assertThat(renew(THIRD, FIRST, FIRST, Position.START)).isFalse();
    assertThat(others.poll().nodes()).containsExactly(new NodeRow(NODE, 1000, SECOND, 0));
  }

  @Test
  void doesNotRenewARowThatIsGone() {
    log.unregister(NODE);

    assertThat(renew(SECOND, FIRST, FIRST, Position.START)).isFalse();
  }

  @Test
  void acknowledgesAChangeThatIsLogged() {
    Position made = make(1, "'token', 7, NULL");

    assertThat(renew(SECOND, FIRST, FIRST, made)).isTrue();
    assertThat(others.poll().nodes()).containsExactly(new NodeRow(NODE, 1000, SECOND, 1));
  }

  /** After a fail-over that lost a change, its number is given again. */
  @Test
  void doesNotAcknowledgeAnotherChangeOfThatNumber() {
    make(1, "'token', 7, NULL");

    assertThat(renew(SECOND, FIRST, FIRST, new Position(1, UUID.randomUUID()))).isFalse();
  }

  /**
   * As long as a holder has applied less, the node says less; what it has itself must be logged.
   */
  @Test
  void acknowledgesLessThanItHasApplied() {
    make(1, "'token', 7, NULL");
    Position second = make(2, "'token', 8, NULL");
    Position lost = new Position(2, UUID.randomUUID());

    assertThat(log.renew(new Renewal(NODE, SECOND, FIRST, FIRST, second, 1))).isTrue();
    assertThat(others.poll().nodes()).containsExactly(new NodeRow(NODE, 1000, SECOND, 1));
    assertThat(log.renew(new Renewal(NODE, THIRD, SECOND, SECOND, lost, 1))).isFalse();
  }

  @Test
  void doesNotAcknowledgeAChangeThatIsNotLogged() {
    assertThat(renew(SECOND, FIRST, FIRST, new Position(1, UUID.randomUUID()))).isFalse();
  }

  @Test
  void readsAllChangesAfterANumber() {
    make(1, "'token', 7, NULL");
    make(2, "'subject', NULL, 'team'");
    make(3, "'all', NULL, NULL");

    assertThat(log.readAfter(0, MANY).changes())
        .extracting(LoggedChange::change)
        .containsExactly(
            new Change.OfToken(7),
            new Change.OfSubject(new SubjectHandle("team")),
            new Change.OfAll());
    assertThat(log.readAfter(2, MANY).changes())
        .extracting(LoggedChange::number)
        .containsExactly(3L);
    assertThat(log.readAfter(3, MANY).changes()).isEmpty();
  }

  /** Whoever gets the newest sees by their numbers that some are missing; by the oldest, nobody. */
  @Test
  void readsTheNewestOfTooManyChanges() {
    for (int i = 1; i <= 5; i++) {
      make(i, "'token', 7, NULL");
    }

    assertThat(log.readAfter(1, 3).changes())
        .extracting(LoggedChange::number)
        .containsExactly(3L, 4L, 5L);
  }

  @Test
  void saysWhichServerItAsked() {
    String start = log.readAfter(0, MANY).serverStart();

    assertThat(start).isNotEmpty().isEqualTo(others.poll().serverStart());
  }

  @Test
  void knowsTheLatestChange() {
    assertThat(log.latest()).isNull();

    Position made = make(1, "'all', NULL, NULL");

    assertThat(log.latest()).extracting(LoggedChange::position).isEqualTo(made);
    assertThat(log.contains(made)).isTrue();
    assertThat(log.contains(new Position(1, UUID.randomUUID()))).isFalse();
  }

  /** To begin at 0 would let old answers into the cache. */
  @Test
  void doesNotGuessALatestChangeThatIsGone() {
    DATABASE.execute("UPDATE latest_change SET change_number = 5");

    assertThatThrownBy(log::latest).isInstanceOf(LogUnavailableException.class);
  }

  @Test
  void readsTheConfiguredDigests() {
    TokenDigest digest = TokenDigest.of(TokenString.of("a configured one"));
    DATABASE.execute("INSERT INTO bootstrap_secret VALUES (sha256('a configured one'), now())");

    assertThat(log.configuredDigests()).contains(digest);
  }

  @Test
  void isWokenByANotification() {
    others.notifyNodes();

    assertThat(log.await(FOREVER)).isTrue();
  }

  @Test
  void isWokenByItsOwnProcess() {
    Thread.ofVirtual().start(log::wake);

    assertThat(log.await(FOREVER)).isTrue();
  }

  @Test
  void isWokenWhileItHasNoConnection() {
    log.close();
    Thread.ofVirtual().start(log::wake);

    assertThat(log.await(FOREVER)).isTrue();
  }

  @Test
  void wakesByItselfAfterThatTime() {
    assertThat(log.await(Duration.ofMillis(5).toNanos())).isFalse();
  }

  @Test
  void connectsAgainAfterAnError() {
    DATABASE.execute(
        "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE application_name = 'service-tokens coherence' AND datname = current_database()");

    assertThatThrownBy(() -> log.readAfter(0, MANY)).isInstanceOf(LogUnavailableException.class);
    log.listen();
    assertThat(log.readAfter(0, MANY).changes()).isEmpty();
  }

  @Test
  void keepsTheNewestChangesWhateverTheirAge() {
    for (int i = 1; i <= 5; i++) {
      make(i, "'all', NULL, NULL");
    }

    assertThat(others.prune(Instant.now().plusSeconds(60), 2, 2)).isEqualTo(2);
    assertThat(DATABASE.texts("SELECT change_number FROM change ORDER BY change_number"))
        .isEqualTo(List.of("3", "4", "5"));

    assertThat(others.prune(Instant.now().plusSeconds(60), 2, 2)).isEqualTo(1);

    assertThat(DATABASE.texts("SELECT change_number FROM change ORDER BY change_number"))
        .isEqualTo(List.of("4", "5"));
  }

  @Test
  void keepsYoungChanges() {
    for (int i = 1; i <= 5; i++) {
      make(i, "'all', NULL, NULL");
    }

    assertThat(others.prune(Instant.now().minusSeconds(60), 2, MANY)).isZero();

    assertThat(DATABASE.texts("SELECT change_number FROM change")).hasSize(5);
  }

  @Test
  void forgetsANodeOnlyIfItHasNotRenewedSince() {
    Poll seen = others.poll();
    renew(SECOND, FIRST, FIRST, Position.START);

    others.forget(seen.nodes().getFirst());
    assertThat(others.poll().nodes()).hasSize(1);

    others.forget(others.poll().nodes().getFirst());
    assertThat(others.poll().nodes()).isEmpty();
  }

  private boolean renew(UUID renewal, UUID last, UUID tried, Position applied) {
    return log.renew(new Renewal(NODE, renewal, last, tried, applied, applied.number()));
  }

  private static Position make(long number, String values) {
    UUID id = UUID.randomUUID();
    DATABASE.execute(
        "INSERT INTO change VALUES (%d, '%s', %s, now()); UPDATE latest_change SET change_number = %d"
            .formatted(number, id, values, number));
    return new Position(number, id);
  }
}
