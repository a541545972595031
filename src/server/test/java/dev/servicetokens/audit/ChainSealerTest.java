package dev.servicetokens.audit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.servicetokens.fixtures.TestBeans;
import dev.servicetokens.fixtures.TestDatabase;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Seals three events that have every kind of value. */
final class ChainSealerTest {

  /** Made by the first code that sealed, of the events below. */
  private static final List<String> HASHES =
      List.of(
          "35af4d674c4b38e1e63879f0c079da272ff69bdb12e8bfbbe2581de75d4b65f6",
          "9fad9dc7042eb17191042a1ccef30a18640ae0568f4bdc85ba9d42ab2fbabee3",
          "bd8909174680c8941082ed163474ee7db5d59ac429b4991067eed43229430e0e");

  private final TestDatabase database = TestDatabase.create();
  private TestBeans beans;

  @BeforeEach
  void start() {
    beans = TestBeans.on(database);
    database.execute(
        """
        INSERT INTO audit_event (
          id, occurred_at, action, outcome, actor_id, actor_name, target_id, target, target_name,
          roles, permission, resource, reason, event_count, address, user_agent, tracking_key
        )
        OVERRIDING SYSTEM VALUE
        VALUES
          (
            7, '2026-06-01T12:00:00Z', 'a', 'success', NULL, NULL, NULL, NULL, NULL,
            NULL, NULL, NULL, NULL, 1, NULL, NULL, NULL
          ),
          (
            8, '2026-06-01T12:00:00.120Z', 'token.create', 'denied', 123456789012345, 'ü''🙂',
            222222222222222, NULL, 'name', ARRAY['one', '', 'zwölf'], 'get-views', 'system', 'expired',
            1234567, '10.0.0.1', 'agent/1', 'key'
          ),
          (
            9, '1999-12-31T23:59:59.000001Z', 'subject.create', 'failure', NULL, 'admin', NULL,
            'team', '', '{}', NULL, '', NULL, 2, '::1', '', NULL
          )
        """);
  }

  @AfterEach
  void stop() {
    beans.close();
  }

  /**
   * What a seal covers never changes: a chain that an earlier release has made is verified for as
   * long as it is kept, and somebody may have written down a hash of it elsewhere.
   */
  @Test
  void sealsAsEveryReleaseHasSealed() {
    database.execute("INSERT INTO audit_unsealed SELECT id, now() FROM audit_event");

    beans.bean(ChainSealer.class).sealAll();

    assertThat(
            database.texts("SELECT encode(hash, 'hex') FROM audit_seal ORDER BY sequence_number"))
        .isEqualTo(HASHES);
  }

  @Test
  void findsIntactWhatAnEarlierReleaseHasSealed() {
    for (int i = 0; i < HASHES.size(); i++) {
      database.execute(
          "SET session_replication_role = replica; INSERT INTO audit_seal VALUES (%d, %d, decode('%s', 'hex'))"
              .formatted(i + 1, i + 7, HASHES.get(i)));
    }

    ChainVerifier.Result result = beans.bean(ChainVerifier.class).verify(null, 10);

    assertThat(result.fault()).isNull();
    assertThat(result.checkedEvents()).isEqualTo(HASHES.size());
    assertThat(result.last()).isEqualTo(new AuditChain.Link(3, HASHES.getLast()));
  }

  /** A seal whose event is still in the queue would stop the sealing for good. */
  @Test
  void sealsNothingWhereItCannotEmptyTheQueue() {
    database.execute("INSERT INTO audit_unsealed SELECT id, now() FROM audit_event");
    database.execute(
        """
        CREATE FUNCTION poison() RETURNS trigger LANGUAGE plpgsql AS $$
        BEGIN
          RAISE EXCEPTION 'no';
        END;
        $$;
        CREATE TRIGGER poison BEFORE DELETE ON audit_unsealed
        FOR EACH ROW WHEN (OLD.event_id = 9) EXECUTE FUNCTION poison();
        """);

    assertThatThrownBy(() -> beans.bean(ChainSealer.class).sealAll())
        .isInstanceOf(RuntimeException.class);

    assertThat(database.texts("SELECT event_id FROM audit_seal")).isEmpty();
    assertThat(database.texts("SELECT event_id FROM audit_unsealed")).hasSize(3);
  }
}
