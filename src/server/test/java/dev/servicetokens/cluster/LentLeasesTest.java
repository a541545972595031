package dev.servicetokens.cluster;

import static org.assertj.core.api.Assertions.assertThat;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import dev.servicetokens.access.DefinedPermissions;
import dev.servicetokens.access.Permission;
import dev.servicetokens.access.PermissionSet;
import dev.servicetokens.access.Principal;
import dev.servicetokens.access.SubjectHandle;
import dev.servicetokens.cluster.ChangeLog.LoggedChange;
import dev.servicetokens.cluster.ChangeLog.Read;
import dev.servicetokens.cluster.LeaseHolder.Lease;
import dev.servicetokens.cluster.LentLeases.Answer;
import dev.servicetokens.cluster.LentLeases.Question;
import dev.servicetokens.cluster.LentLeases.Told;
import dev.servicetokens.cluster.PrincipalQuery.Snapshot;
import dev.servicetokens.token.TokenDigest;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.slf4j.LoggerFactory;

/** What a node takes down of holders, and what it acknowledges (rules 21 to 24). */
final class LentLeasesTest {

  private static final long MILLI = 1_000_000;
  private static final String SERVER = "server 1";
  private static final String HOLDER = "holder-0123456789";
  private static final TokenDigest DIGEST = new TokenDigest(7, 0, 0, 0);

  private final Clocks clocks = new Clocks();
  private final List<Runnable> later = new ArrayList<>();
  private final PrincipalCache cache =
      new PrincipalCache(new CacheConfiguration(1000, 1000), () -> 0);
  private final LeaseHolder leases = new LeaseHolder(clocks);
  private final LentLeases lent =
      new LentLeases(
          leases,
          cache,
          clocks,
          new LendingConfiguration(3, 2),
          new LapsedHolders(),
          (nanos, work) -> later.add(work));
  private int wakings;
  private long sequence;
  private long logged;

  /** They stand still until they are moved. */
  private static final class Clocks implements Time {
    private long millis = 1000;

    @Override
    public long nanoTime() {
      return millis * MILLI;
    }

    @Override
    public long wallMillis() {
      return millis;
    }

    @Override
    public void sleep(long nanos) {
      millis += nanos / MILLI;
    }

    @Override
    public Latch latch() {
      throw new UnsupportedOperationException("Nobody waits here.");
    }
  }

  @BeforeEach
  void follow() {
    lent.wakes(() -> wakings++);
    renew();
    cache.putIfCurrent(DIGEST, new Snapshot(new Known(service(7, null)), 0, SERVER));
  }

  private record Known(Principal principal) implements PrincipalAnswer.Found {}

  private static Principal service(long tokenId, @Nullable Instant end) {
    return service(tokenId, end, Principal.NO_SECRET);
  }

  private static Principal service(long tokenId, @Nullable Instant end, long secretId) {
    return new Principal(
        tokenId,
        "service",
        List.of(new SubjectHandle("services")),
        new PermissionSet(Map.of(PermissionSet.SYSTEM, Set.of(Permission.VERIFY_SERVICE_TOKENS))),
        end,
        DefinedPermissions.PREDEFINED,
        secretId);
  }

  /** The node reads those changes and renews its lease. */
  private void renew(Change... changes) {
    List<LoggedChange> read = new ArrayList<>();
    for (Change change : changes) {
      read.add(new LoggedChange(++logged, new UUID(1, logged), change, Instant.EPOCH));
    }
    cache.apply(new Read(SERVER, read), null);
    lent.apply(new Read(SERVER, read));
    leases.publish(new Lease(clocks.nanoTime(), clocks.wallMillis(), 900 * MILLI));
  }

  private static Change deletion(long tokenId) {
    return new Change.OfToken(tokenId);
  }

  private CompletableFuture<Answer> ask(long applied) {
    return ask(new Question(service(7, null), HOLDER, ++sequence, applied, null, SERVER));
  }

  private CompletableFuture<Answer> ask(Question question) {
    return lent.ask(question).toCompletableFuture();
  }

  private static Answer.Lent lent(CompletableFuture<Answer> answer) {
    assertThat(answer).isCompletedWithValueMatching(Answer.Lent.class::isInstance);
    return (Answer.Lent) answer.join();
  }

  private void runLater() {
    List<Runnable> all = List.copyOf(later);
    later.clear();
    all.forEach(Runnable::run);
  }

  @Test
  void acknowledgesWhatItsHolderHas() {
    ask(0);
    renew(deletion(1));
    assertThat(lent.acknowledge(1)).isZero();

    assertThat(ask(1)).isNotDone();

    assertThat(wakings).isEqualTo(1);
    assertThat(lent.acknowledge(1)).isEqualTo(1);
  }

  @Test
  void hasNothingToSayUntilItsHoldersHaveAcknowledged() {
    renew(deletion(1));
    assertThat(lent.canAcknowledgeMore()).isTrue();
    lent.acknowledge(1);
    assertThat(lent.canAcknowledgeMore()).isFalse();
    ask(0);
    renew(deletion(2));
    assertThat(lent.canAcknowledgeMore()).isFalse();

    ask(2);
    assertThat(lent.canAcknowledgeMore()).isTrue();
    lent.acknowledge(2);
    assertThat(lent.canAcknowledgeMore()).isFalse();

    renew(deletion(3));
    clocks.millis += 1000;
    assertThat(lent.canAcknowledgeMore()).isTrue();
  }

  /** The node's own lease is over after 900 ms, by a slow clock of the holder's after 1000. */
  @Test
  void waitsForWhatItHasLentATenthLonger() {
    assertThat(lent(ask(0)).remainingMillis()).isEqualTo(900);
    clocks.millis += 999;
    renew(deletion(1));
    assertThat(lent.acknowledge(1)).isZero();
    assertThat(lent.outNanos()).isEqualTo(MILLI);

    clocks.millis += 1;

    assertThat(lent.acknowledge(1)).isEqualTo(1);
    assertThat(lent.outNanos()).isZero();
  }

  /** A new holder begins low, and what others were promised stays. */
  @Test
  void takesNothingBackThatItHasAcknowledged() {
    renew(deletion(1));
    assertThat(lent.acknowledge(1)).isEqualTo(1);

    assertThat(lent(ask(0)).changes()).extracting(Told::key).containsExactly("token:1");

    assertThat(lent.acknowledge(1)).isEqualTo(1);
  }

  @Test
  void holdsARequestUntilThereIsSomethingToTell() {
    ask(0);
    CompletableFuture<Answer> held = ask(0);
    assertThat(held).isNotDone();
    assertThat(lent.held()).isEqualTo(1);

    renew(deletion(1));
    runLater();

    assertThat(lent(held).changes()).extracting(Told::number).containsExactly(1L);
    runLater();
    assertThat(lent.held()).isZero();
  }

  /** A change without a holder that has a lease is nobody's to wait for. */
  @Test
  void answersAHeldRequestAfterAMomentWithWhatIsLeft() {
    ask(0);
    CompletableFuture<Answer> held = ask(0);
    clocks.millis += 150;

    runLater();

    assertThat(lent(held).remainingMillis()).isEqualTo(750);
    assertThat(lent(held).changes()).isEmpty();
  }

  /** Ten thousand connections of one holder hold one request. */
  @Test
  void holdsOneRequestOfAHolder() {
    ask(0);
    List<CompletableFuture<Answer>> all = IntStream.range(0, 10_000).mapToObj(i -> ask(0)).toList();

    assertThat(lent.held()).isEqualTo(1);
    assertThat(all.subList(0, 9_999))
        .allSatisfy(answer -> assertThat(answer).isCompletedWithValue(new Answer.Superseded()));
    assertThat(all.getLast()).isNotDone();
    assertThat(ask(new Question(service(7, null), HOLDER, sequence, 0, null, SERVER)))
        .isCompletedWithValue(new Answer.Superseded());
    assertThat(lent.holders()).isEqualTo(1);
  }

  /** It was let in when its token was live; the change says that it is not. */
  @Test
  void lendsNothingToAHeldRequestOfADeletedToken() {
    ask(0);
    CompletableFuture<Answer> held = ask(0);

    renew(deletion(7));
    runLater();

    assertThat(lent(held).remainingMillis()).isZero();
    assertThat(lent(held).changes()).hasSize(1);
    clocks.millis += 1000;
    assertThat(lent.acknowledge(1)).isEqualTo(1);
  }

  @Test
  void lendsToTheEndOfTheToken() {
    Principal ends = service(8, Instant.ofEpochMilli(1300));

    assertThat(lent(ask(new Question(ends, HOLDER, 1, 0, null, SERVER))).remainingMillis())
        .isEqualTo(300);
    clocks.millis += 300;
    renew();
    assertThat(lent(ask(new Question(ends, HOLDER, 2, 9, null, "other"))).remainingMillis())
        .isZero();
  }

  /** What has ended stays in memory until somebody changes the token, and says nothing of it. */
  @Test
  void lendsToTheEndOfTheSecretThatAsks() {
    Principal older = service(9, Instant.ofEpochMilli(1300), 1);
    Principal newer = service(9, null, 2);
    cache.putIfCurrent(new TokenDigest(1, 0, 0, 0), new Snapshot(new Known(older), 0, SERVER));
    cache.putIfCurrent(new TokenDigest(2, 0, 0, 0), new Snapshot(new Known(newer), 0, SERVER));

    assertThat(lent(ask(new Question(older, "older-0123456789", 1, 0, null, SERVER))))
        .returns(300L, Answer.Lent::remainingMillis);
    clocks.millis += 300;
    renew();

    assertThat(
            lent(ask(new Question(older, "older-0123456789", 2, 0, null, "other")))
                .remainingMillis())
        .isZero();
    assertThat(
            lent(ask(new Question(newer, "newer-0123456789", 1, 0, null, SERVER)))
                .remainingMillis())
        .isEqualTo(900);
  }

  @Test
  void believesNoAcknowledgementOfAnotherHistory() {
    renew(deletion(1), deletion(2));
    lent.acknowledge(2);
    ask(2);
    renew(deletion(3));

    Question otherId =
        new Question(service(7, null), HOLDER, ++sequence, 3, new UUID(1, 2), SERVER);
    assertThat(lent(ask(otherId)).empty()).isTrue();
    assertThat(lent.acknowledge(3)).isEqualTo(2);
    Question otherServer =
        new Question(service(7, null), HOLDER, ++sequence, 3, new UUID(1, 3), "server 0");
    assertThat(lent(ask(otherServer)).empty()).isTrue();
    assertThat(lent.acknowledge(3)).isEqualTo(2);
    Question right = new Question(service(7, null), HOLDER, ++sequence, 3, new UUID(1, 3), SERVER);
    assertThat(ask(right)).isNotDone();
    assertThat(lent.acknowledge(3)).isEqualTo(3);
  }

  @Test
  void tellsAThousandChangesAndEmptiesBeyond() {
    ask(0);
    renew(IntStream.rangeClosed(1, 1000).mapToObj(i -> deletion(100 + i)).toArray(Change[]::new));
    assertThat(lent(ask(0)).changes()).hasSize(1000);

    renew(deletion(1));

    assertThat(lent(ask(0)).empty()).isTrue();
    assertThat(lent(ask(0)).changes()).isEmpty();
    assertThat(lent(ask(1)).changes()).hasSize(1000);
  }

  /** What was lent before is still out, whatever the log says now. */
  @Test
  void keepsItsHoldersWhenTheNodeBeginsAgain() {
    renew(deletion(1));
    ask(1);
    leases.drop();
    cache.restart(9);
    lent.restart(new ChangeLog.Position(9, new UUID(2, 9)));
    logged = 9;
    renew();

    assertThat(lent.acknowledge(9)).isZero();
    assertThat(lent(ask(1)).empty()).isTrue();
    assertThat(lent.acknowledge(9)).isZero();
    ask(9);
    assertThat(lent.acknowledge(9)).isEqualTo(9);
  }

  /** A process that has gone is waited for once; it is one line and a while without a lease. */
  @Test
  void lendsNothingForAWhileToWhomAChangeWaitedFor() {
    ask(0);
    renew(deletion(1));
    clocks.millis += 1000;
    renew();
    lent.acknowledge(1);

    assertThat(lent.lapses()).isEqualTo(1);
    assertThat(ask(1)).isCompletedWithValue(new Answer.NothingLent(10));
    clocks.millis += 10_000;
    renew();
    assertThat(lent(ask(1)).remainingMillis()).isEqualTo(900);
  }

  /** Once, and by whoever has the time for it. */
  @Test
  void namesTheTokenForWhichAChangeWaited() {
    Logger logger = (Logger) LoggerFactory.getLogger(LentLeases.class);
    ListAppender<ILoggingEvent> lines = new ListAppender<>();
    lines.start();
    logger.addAppender(lines);
    logger.setAdditive(false);
    logger.setLevel(Level.WARN);
    try {
      ask(0);
      renew(deletion(1));
      clocks.millis += 1000;
      renew();
      lent.acknowledge(1);
      lent.sayLapses();
      lent.sayLapses();

      assertThat(lines.list)
          .extracting(ILoggingEvent::getFormattedMessage)
          .containsExactly(
              "A change waited for a service that verifies with the token 7 'service' and did not"
                  + " acknowledge it in time: that is lent nothing for 10 s");
    } finally {
      logger.detachAppender(lines);
      logger.setAdditive(true);
      logger.setLevel(null);
    }
  }

  /** Its lease must not be lengthened for ever while somebody waits. */
  @Test
  void lendsNothingMoreToWhoAsksAndNeverAcknowledges() {
    ask(0);
    renew(deletion(1));
    for (int i = 0; i < 10; i++) {
      clocks.millis += 101;
      renew();
      lent.acknowledge(1);
      ask(0);
    }

    assertThat(lent.lapses()).isEqualTo(1);
    assertThat(ask(0)).isCompletedWithValueMatching(Answer.NothingLent.class::isInstance);
    clocks.millis += 1000;
    renew();
    assertThat(lent.acknowledge(1)).isEqualTo(1);
    assertThat(lent.lapses()).isEqualTo(1);
  }

  @Test
  void lendsToSoManyAndTakesInOthersWhenTheyAreGone() {
    ask(0);
    ask(new Question(service(7, null), "another-0123456789", 1, 0, null, SERVER));
    Question third = new Question(service(7, null), "third-0123456789", 1, 0, null, SERVER);

    assertThat(ask(third)).isCompletedWithValue(new Answer.NothingLent(0));
    ask(new Question(service(8, null), HOLDER, 1, 0, null, SERVER));
    assertThat(ask(new Question(service(9, null), HOLDER, 1, 0, null, SERVER)))
        .isCompletedWithValue(new Answer.NothingLent(0));
    clocks.millis += 1000;
    renew();
    assertThat(lent(ask(third)).remainingMillis()).isPositive();
  }

  /** By the clock that says less: the monotonic one stands still while a machine is suspended. */
  @Test
  void lendsNothingWithoutALeaseOfItsOwn() {
    ask(0);
    renew(deletion(1));
    leases.publish(new Lease(clocks.nanoTime(), clocks.wallMillis() - 899, 900 * MILLI));
    assertThat(lent(ask(0)).remainingMillis()).isEqualTo(1);
    leases.publish(new Lease(clocks.nanoTime(), clocks.wallMillis() - 900, 900 * MILLI));
    assertThat(ask(0)).isCompletedWithValue(new Answer.NoLease());
    leases.drop();
    assertThat(ask(0)).isCompletedWithValue(new Answer.NoLease());
  }

  @Test
  void answersWhoWaitsWhenTheNodeEnds() {
    ask(0);
    CompletableFuture<Answer> held = ask(0);

    leases.end();
    lent.end();
    runLater();

    assertThat(held).isCompletedWithValue(new Answer.NoLease());
    assertThat(lent.outNanos()).isEqualTo(1000 * MILLI);
  }
}
