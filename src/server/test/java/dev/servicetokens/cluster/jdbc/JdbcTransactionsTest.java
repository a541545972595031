package dev.servicetokens.cluster.jdbc;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowable;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import dev.servicetokens.access.Commits.Changed;
import dev.servicetokens.access.SubjectHandle;
import dev.servicetokens.cluster.CoherentCommits.Transactions;
import dev.servicetokens.database.DatabaseUnavailable;
import dev.servicetokens.fixtures.TestBeans;
import dev.servicetokens.fixtures.TestDatabase;
import dev.servicetokens.fixtures.TestServer;
import io.micronaut.transaction.TransactionDefinition;
import io.micronaut.transaction.TransactionOperations;
import java.sql.Statement;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.IntStream;
import java.util.stream.LongStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.slf4j.LoggerFactory;

final class JdbcTransactionsTest {

  private static final String CHANGES =
      "SELECT concat_ws(' ', change_number, kind, token_id, subject) FROM change ORDER BY change_number";

  private static final TestDatabase DATABASE = TestDatabase.create();

  private static TestBeans beans;
  private static Transactions transactions;

  @BeforeAll
  static void start() {
    beans = TestBeans.on(DATABASE);
    transactions = beans.bean(Transactions.class);
  }

  @AfterAll
  static void stop() {
    beans.close();
  }

  @BeforeEach
  void empty() {
    DATABASE.execute("TRUNCATE change; UPDATE latest_change SET change_number = 0");
  }

  @AfterEach
  void dropTrigger() {
    DATABASE.execute(
        "DROP TRIGGER IF EXISTS test ON change; DROP TRIGGER IF EXISTS test ON latest_change");
  }

  @Test
  void numbersTheChangesOfATransactionInTheirOrder() {
    long number =
        transactions
            .numbered(
                changed -> {
                  changed.token(123);
                  changed.subject(new SubjectHandle("team"));
                  changed.token(123);
                  return "result";
                })
            .number();

    assertThat(number).isEqualTo(2);
    assertThat(DATABASE.texts(CHANGES)).containsExactly("1 token 123", "2 subject team");
    assertThat(DATABASE.texts("SELECT change_number FROM latest_change")).containsExactly("2");
  }

  @Test
  void recordsEverythingOnce() {
    transactions.numbered(
        changed -> {
          changed.token(1);
          changed.everything();
          return true;
        });

    assertThat(DATABASE.texts(CHANGES)).containsExactly("1 all");
  }

  /** Rule 1: a list of a thousand ids and more would cost each node more than it saves. */
  @Test
  void recordsMoreThanAThousandTokensAsEverything() {
    transactions.numbered(
        changed -> {
          LongStream.rangeClosed(0, 1000).forEach(changed::token);
          return true;
        });

    assertThat(DATABASE.texts(CHANGES)).containsExactly("1 all");
  }

  @Test
  void givesTheLatestNumberToWorkThatChangedNothing() {
    delete(5);

    assertThat(transactions.numbered(changed -> "nothing").number()).isEqualTo(1);
    assertThat(DATABASE.texts(CHANGES)).hasSize(1);
  }

  /** A node whose machine stands still before its COMMIT must not hold up all others. */
  @Test
  void goesOnWhenAnotherStallsWithTheLock() {
    JdbcTransactions stalling = beans.bean(JdbcTransactions.class);
    try (ExecutorService others = Executors.newVirtualThreadPerTaskExecutor()) {
      assertThatThrownBy(
              () ->
                  stalling.execute(
                      connection -> {
                        try (Statement statement = connection.createStatement()) {
                          statement.execute(
                              JdbcTransactions.SETTING
                                  + "UPDATE latest_change SET change_number = change_number FROM setting WHERE durability <> ''");
                        }
                        Future<Long> other = others.submit(() -> delete(5));
                        assertThat(other).succeedsWithin(Duration.ofSeconds(15)).isEqualTo(1L);
                        return other;
                      }))
          .isInstanceOf(RuntimeException.class)
          .isNotInstanceOf(AssertionError.class);
    }
  }

  @Test
  void recordsNothingOfWorkThatFailed() {
    assertThatThrownBy(
            () ->
                transactions.numbered(
                    changed -> {
                      changed.token(5);
                      throw new IllegalArgumentException("refused");
                    }))
        .hasStackTraceContaining("refused");

    assertThat(DATABASE.texts(CHANGES)).isEmpty();
  }

  @Test
  void refusesToBePartOfAnotherTransaction() {
    TransactionOperations<?> operations = beans.bean(TransactionOperations.class);

    assertThatThrownBy(() -> operations.execute(TransactionDefinition.DEFAULT, status -> delete(5)))
        .hasStackTraceContaining("a transaction of its own");
    assertThat(DATABASE.texts(CHANGES)).isEmpty();
  }

  /** Rule 1: a node that reads number n must be sure that nothing below n comes later. */
  @Test
  void makesNumbersVisibleInOrderAndWithoutGaps() throws Exception {
    try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
      List<Future<?>> writers =
          IntStream.range(0, 6)
              .<Future<?>>mapToObj(
                  i -> threads.submit(() -> LongStream.range(0, 40).forEach(this::delete)))
              .toList();
      int seen = 0;
      while (!writers.stream().allMatch(Future::isDone)) {
        List<String> numbers =
            DATABASE.texts("SELECT change_number FROM change ORDER BY change_number");
        assertThat(numbers)
            .hasSizeGreaterThanOrEqualTo(seen)
            .isEqualTo(IntStream.rangeClosed(1, numbers.size()).mapToObj(String::valueOf).toList());
        seen = numbers.size();
      }
      for (Future<?> writer : writers) {
        writer.get();
      }
    }

    assertThat(DATABASE.texts("SELECT change_number FROM latest_change")).containsExactly("240");
  }

  /** Rule 2: PostgreSQL says "canceling wait for synchronous replication" as a warning. */
  @Test
  void isUnavailableAfterAWarningOnCommit() {
    atCommit("INSERT ON change", "RAISE WARNING 'canceling wait for synchronous replication'");

    Throwable failure = catchThrowable(() -> delete(5));

    assertThat(DatabaseUnavailable.isCauseOf(failure)).isTrue();
  }

  /**
   * Rule 7: who finds a token gone must not say so before the standby knows, even if whoever
   * deleted it has been told that this is uncertain.
   */
  @Test
  void isUnavailableAfterAWarningOnCommitOfNothing() {
    atCommit(
        "UPDATE ON latest_change", "RAISE WARNING 'canceling wait for synchronous replication'");

    Throwable failure = catchThrowable(() -> transactions.numbered(changed -> "nothing"));

    assertThat(DatabaseUnavailable.isCauseOf(failure)).isTrue();
  }

  /** Rule 2: nobody knows whether a commit whose connection breaks has taken place. */
  @Test
  void isUnavailableWhenTheConnectionBreaksInCommit() {
    atCommit("INSERT ON change", "PERFORM pg_terminate_backend(pg_backend_pid())");

    Logger framework =
        (Logger)
            LoggerFactory.getLogger("io.micronaut.transaction.jdbc.DataSourceTransactionManager");
    framework.setLevel(Level.OFF);
    Throwable failure = catchThrowable(() -> delete(5));
    framework.setLevel(null);

    assertThat(DatabaseUnavailable.isCauseOf(failure)).isTrue();
  }

  @Test
  void goesOnAfterAWarningBeforeTheCommit() {
    DATABASE.execute(
        """
        CREATE OR REPLACE FUNCTION warn() RETURNS trigger LANGUAGE plpgsql AS $$
        BEGIN
          RAISE WARNING 'harmless';
          RETURN NEW;
        END $$;
        CREATE TRIGGER test BEFORE INSERT ON change FOR EACH ROW EXECUTE FUNCTION warn()
        """);

    assertThat(delete(5)).isEqualTo(1);
  }

  /** A role's default must not let a standby miss what was acknowledged. */
  @Test
  void waitsForTheStandbyWhateverTheDefault() {
    DATABASE.execute(
        """
        CREATE TABLE seen (setting text);
        CREATE OR REPLACE FUNCTION note() RETURNS trigger LANGUAGE plpgsql AS $$
        BEGIN
          INSERT INTO seen VALUES
            (current_setting('synchronous_commit') || ' ' || current_setting('statement_timeout'));
          RETURN NULL;
        END $$;
        CREATE CONSTRAINT TRIGGER test AFTER INSERT ON change
          DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION note();
        CREATE CONSTRAINT TRIGGER test AFTER UPDATE ON latest_change
          DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION note()
        """);
    DATABASE.execute(
        "DO $$ BEGIN EXECUTE format('ALTER DATABASE %I SET synchronous_commit = off', current_database()); END $$");
    try (TestServer other = TestServer.start(DATABASE, Map.of())) {
      other.bean(Transactions.class).numbered(changed -> changedToken(changed));
      other.bean(Transactions.class).numbered(changed -> "nothing");
    }

    // The first is the administrator's token that a first start makes.
    assertThat(DATABASE.texts("SELECT setting FROM seen"))
        .containsExactly("on 0", "on 0", "on 0", "on 0");
  }

  private static boolean changedToken(Changed changed) {
    changed.token(5);
    return true;
  }

  private long delete(long tokenId) {
    return transactions
        .numbered(
            changed -> {
              changed.token(tokenId);
              return true;
            })
        .number();
  }

  private void atCommit(String event, String statement) {
    DATABASE.execute(
        """
        CREATE OR REPLACE FUNCTION at_commit() RETURNS trigger LANGUAGE plpgsql AS $$
        BEGIN
          %s;
          RETURN NULL;
        END $$;
        CREATE CONSTRAINT TRIGGER test AFTER %s
          DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION at_commit()
        """
            .formatted(statement, event));
  }
}
