package dev.servicetokens.cluster;

import static org.assertj.core.api.Assertions.assertThat;

import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import dev.servicetokens.cluster.ChangeLog.LoggedChange;
import dev.servicetokens.cluster.ChangeLog.Position;
import java.time.Instant;
import java.util.List;
import java.util.Set;
import java.util.UUID;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.slf4j.LoggerFactory;

/** What an operator must do after a fail-over that lost deletions is in one line. */
final class AppliedChangesTest {

  private static final Instant START = Instant.parse("2026-06-01T12:00:00Z");

  private final Logger logger = (Logger) LoggerFactory.getLogger(AppliedChanges.class);
  private final ListAppender<ILoggingEvent> lines = new ListAppender<>();
  private final AppliedChanges applied = new AppliedChanges();
  private final List<LoggedChange> changes =
      IntStream.rangeClosed(1, 10).mapToObj(AppliedChangesTest::change).toList();

  @BeforeEach
  void listen() {
    lines.start();
    logger.addAppender(lines);
    logger.setAdditive(false);
    applied.add(changes);
  }

  @AfterEach
  void endListening() {
    logger.detachAppender(lines);
    logger.setAdditive(true);
  }

  @Test
  void saysWhatWasLost() {
    Set<Position> kept =
        changes.stream().limit(6).map(LoggedChange::position).collect(Collectors.toSet());

    applied.reportLost(8, kept::contains);

    assertThat(lines.list)
        .extracting(ILoggingEvent::getFormattedMessage)
        .containsExactly(
            "The database lost changes from 7: tokens deleted between 2026-06-01T12:00:07Z and 2026-06-01T12:00:10Z may be live again, delete them once more");
  }

  @Test
  void saysNothingIfNothingWasLost() {
    applied.reportLost(10, position -> true);

    assertThat(lines.list).isEmpty();
  }

  /** This node slept for so long that its changes may have been pruned. */
  @Test
  void saysNothingOfChangesThatMayBePruned() {
    applied.reportLost(10 + Housekeeping.KEPT, position -> false);

    assertThat(lines.list).isEmpty();
  }

  @Test
  void beginsAgainAtTheLatestChange() {
    applied.restart(changes.get(3));
    assertThat(applied.last()).isEqualTo(changes.get(3).position());

    applied.restart(null);
    assertThat(applied.last()).isEqualTo(Position.START);
  }

  private static LoggedChange change(int number) {
    return new LoggedChange(
        number, UUID.randomUUID(), new Change.OfAll(), START.plusSeconds(number));
  }
}
