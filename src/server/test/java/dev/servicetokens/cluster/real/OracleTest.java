package dev.servicetokens.cluster.real;

import static org.assertj.core.api.Assertions.assertThat;

import dev.servicetokens.cluster.real.Violation.Kind;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/**
 * A harness that cannot fail proves nothing: histories that break the promise, and some that do
 * not.
 */
class OracleTest {

  private static final Instant WALL = Instant.parse("2026-01-01T00:00:00Z");
  private static final long TOKEN_ID = 7;

  private final Oracle oracle = new Oracle();
  private final List<Call> calls = new ArrayList<>();
  private final List<FaultWindow> faults = new ArrayList<>();
  private Map<Long, Instant> commits = Map.of();

  private void created(long from, long to, int status) {
    calls.add(new Call.Creation("t1", answer("n1", from, to, status)));
  }

  private void verified(String node, long from, long to, int status) {
    calls.add(new Call.Verification("t1", answer(node, from, to, status)));
  }

  private void deleted(String node, long from, long to, int status) {
    calls.add(
        new Call.Deletion("t1", TOKEN_ID, answer(node, from, to, status), WALL.plusMillis(to)));
  }

  private void parked(String node, long from, long to, int status) {
    calls.add(new Call.Parked("t1", answer(node, from, to, status)));
  }

  private void faulty(Fault fault, long from, long to) {
    faults.add(new FaultWindow(fault, nanos(from), nanos(to)));
  }

  private static Answer answer(String node, long from, long to, int status) {
    return new Answer(node, nanos(from), nanos(to), status);
  }

  /** Near the greatest one, because the difference of two times must not overflow. */
  private static long nanos(long millis) {
    return Long.MAX_VALUE - Duration.ofMillis(5000).toNanos() + Duration.ofMillis(millis).toNanos();
  }

  private List<Kind> kinds() {
    return oracle.judge(new Round(calls, faults, commits)).stream().map(Violation::kind).toList();
  }

  @Test
  void acceptsHistoryThatKeepsThePromise() {
    created(0, 10, 200);
    verified("n2", 11, 12, 200);
    verified("n3", 19, 30, 200);
    verified("n2", 25, 40, 401);
    commits = Map.of(TOKEN_ID, WALL.plusMillis(30));
    deleted("n1", 20, 1000, 204);
    verified("n2", 1001, 1002, 401);
    deleted("n3", 1001, 2000, 404);

    assertThat(kinds()).isEmpty();
  }

  @Test
  void findsYesAfterDelete() {
    created(0, 10, 200);
    deleted("n1", 20, 30, 204);
    verified("n2", 31, 32, 200);

    assertThat(kinds()).containsExactly(Kind.ACCEPTED_AFTER_DELETE);
  }

  @Test
  void findsYesAfterDeleteThatFoundNothing() {
    created(0, 10, 200);
    deleted("n1", 20, 4000, 204);
    deleted("n2", 20, 30, 404);
    verified("n3", 31, 32, 200);
    faulty(new Fault.StopServer("n1"), 20, 3000);

    assertThat(kinds()).containsExactly(Kind.ACCEPTED_AFTER_DELETE);
  }

  @Test
  void findsYesInALaterRound() {
    created(0, 10, 200);
    deleted("n1", 20, 30, 204);
    assertThat(kinds()).isEmpty();
    calls.clear();
    verified("n2", 9000, 9001, 200);

    assertThat(kinds()).containsExactly(Kind.ACCEPTED_AFTER_DELETE);
  }

  @Test
  void acceptsYesToRequestThatStartedBeforeDeleteReturned() {
    created(0, 10, 200);
    deleted("n1", 20, 30, 204);
    verified("n2", 30, 300, 200);

    assertThat(kinds()).isEmpty();
  }

  @Test
  void findsCreationByTokenAfterItsDelete() {
    faulty(new Fault.StopServer("n2"), 0, 100);
    created(0, 10, 200);
    deleted("n1", 20, 30, 204);
    parked("n2", 31, 40, 200);

    assertThat(kinds()).containsExactly(Kind.ACTED_AFTER_DELETE);
  }

  @Test
  void acceptsThatAParkedRequestIsRefusedOrEndsBeforeTheDelete() {
    created(0, 10, 200);
    parked("n1", 11, 25, 200);
    deleted("n1", 20, 30, 204);
    parked("n2", 31, 40, 401);
    parked("n3", 31, 40, Answer.NONE);

    assertThat(kinds()).isEmpty();
  }

  /** A client may throw a good credential away, so no fault excuses it. */
  @Test
  void findsRefusalOfLiveToken() {
    faulty(new Fault.KillDatabase(), 0, 100);
    created(0, 10, 200);
    verified("n2", 11, 12, 401);
    deleted("n1", 20, 30, 204);

    assertThat(kinds()).containsExactly(Kind.REFUSED_WHILE_LIVE);
  }

  @Test
  void findsNodeThatDoesNotComeBack() {
    created(0, 10, 200);
    faulty(new Fault.CutLink("n2"), 100, 1000);
    verified("n2", 150, 160, 503);
    verified("n2", 2999, 3100, Answer.NONE);
    assertThat(kinds()).isEmpty();
    verified("n2", 3001, 3002, 503);

    assertThat(kinds()).containsExactly(Kind.UNAVAILABLE);
  }

  @Test
  void findsNodeThatFeelsFaultOfAnother() {
    created(0, 10, 200);
    faulty(new Fault.CutLink("n2"), 100, 1000);
    verified("n1", 150, 160, 503);

    assertThat(kinds()).containsExactly(Kind.UNAVAILABLE);
  }

  /** It asks whichever node answers. */
  @Test
  void allowsTheServiceToFeelAnyFault() {
    created(0, 10, 200);
    faulty(new Fault.CutLink("n2"), 100, 1000);
    verified(Service.NAME, 150, 160, 503);

    assertThat(kinds()).isEmpty();
  }

  @Test
  void findsNodeThatFeelsAFaultOfTheService() {
    created(0, 10, 200);
    faulty(new Fault.StopService(), 100, 1000);
    verified("n1", 150, 160, 503);

    assertThat(kinds()).containsExactly(Kind.UNAVAILABLE);
  }

  /** However long it stood still. */
  @Test
  void findsAYesOfTheServiceAfterDelete() {
    created(0, 10, 200);
    deleted("n1", 20, 30, 204);
    faulty(new Fault.StopService(), 15, 1000);
    verified(Service.NAME, 31, 1001, 200);

    assertThat(kinds()).containsExactly(Kind.ACCEPTED_AFTER_DELETE);
  }

  @Test
  void findsSlowDelete() {
    created(0, 10, 200);
    commits = Map.of(TOKEN_ID, WALL.plusMillis(3000));
    deleted("n1", 20, 4201, 204);

    assertThat(kinds()).containsExactly(Kind.SLOW_DELETE);
  }

  /** It waited for a lock that a stopped node held, and not longer than it may after its commit. */
  @Test
  void countsFromTheCommit() {
    created(0, 10, 200);
    commits = Map.of(TOKEN_ID, WALL.plusMillis(3000));
    deleted("n1", 20, 4200, 204);

    assertThat(kinds()).isEmpty();
  }

  @Test
  void findsSlowDeleteWhileAnotherNodeIsDown() {
    created(0, 10, 200);
    commits = Map.of(TOKEN_ID, WALL.plusMillis(30));
    faulty(new Fault.KillServer("n2"), 0, 3000);
    deleted("n1", 20, 1231, 204);

    assertThat(kinds()).containsExactly(Kind.SLOW_DELETE);
  }

  /** Where a plain look-up takes 100 ms, the wait and the answer may each take that longer. */
  @Test
  void allowsForASlowMachine() {
    created(0, 10, 200);
    verified("n1", 11, 19, 200);
    verified("n2", 1000, 2000, 401);
    commits = Map.of(TOKEN_ID, WALL.plusMillis(30));
    deleted("n1", 20, 1431, 204);
    assertThat(kinds()).containsExactly(Kind.SLOW_DELETE);
    verified("n1", 1300, 1401, 401);

    assertThat(kinds()).isEmpty();
  }

  /** Where the database takes 100 ms for a creation, so it does for a deletion that is second. */
  @Test
  void allowsForASlowDatabase() {
    commits = Map.of(TOKEN_ID, WALL.plusMillis(30));
    deleted("n1", 20, 1431, 204);
    created(1300, 1351, 200);
    assertThat(kinds()).containsExactly(Kind.SLOW_DELETE);
    created(1300, 1401, 200);

    assertThat(kinds()).isEmpty();
  }

  @Test
  void findsLostToken() {
    created(0, 10, 200);
    faulty(new Fault.PromoteStandby(), 11, 15);
    deleted("n1", 20, 30, 404);

    assertThat(kinds()).containsExactly(Kind.LOST);
  }

  @Test
  void findsOurOwnFaults() {
    created(0, 10, 200);
    faulty(new Fault.KillDatabase(), 0, 100);
    verified("n1", 11, 12, 500);
    deleted("n1", 20, 30, 401);

    assertThat(kinds()).containsExactly(Kind.UNEXPECTED, Kind.UNEXPECTED);
  }

  @Test
  void tellsTokenNodeTimesAndFault() {
    created(0, 10, 200);
    deleted("n1", 20, 30, 204);
    faulty(new Fault.StopServer("n2"), 5, 3005);
    verified("n2", 31, 3032, 200);

    assertThat(oracle.judge(new Round(calls, faults, commits)))
        .singleElement()
        .extracting(Violation::detail)
        .asString()
        .contains("token t1", "on n2", "204", "StopServer[node=n2]", " ms");
  }
}
