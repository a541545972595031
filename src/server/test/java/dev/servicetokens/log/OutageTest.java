package dev.servicetokens.log;

import static org.assertj.core.api.Assertions.assertThat;

import dev.servicetokens.fixtures.LogLines;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.slf4j.LoggerFactory;

final class OutageTest {

  private final AtomicLong now = new AtomicLong(Long.MAX_VALUE - 10);
  private final LogLines lines = LogLines.of(OutageTest.class);
  private final Outage outage = new Outage(LoggerFactory.getLogger(OutageTest.class), now::get);

  @AfterEach
  void stopListening() {
    lines.close();
  }

  @Test
  void saysWhenItBeginsAndWhenItIsOver() {
    outage.isOver("works");
    outage.goesOn("broken");
    pass(Duration.ofSeconds(42));
    outage.goesOn("broken");
    outage.isOver("works");
    outage.isOver("works");
    assertThat(lines.texts()).containsExactly("WARN broken", "INFO works (after 42 s)");
  }

  @Test
  void saysOnceAMinuteThatItLasts() {
    for (int second = 0; second <= 185; second++) {
      outage.goesOn("broken");
      pass(Duration.ofSeconds(1));
    }
    outage.isOver("works");
    assertThat(lines.texts())
        .containsExactly(
            "WARN broken",
            "WARN broken (for 1 min now)",
            "WARN broken (for 2 min now)",
            "WARN broken (for 3 min now)",
            "INFO works (after 3 min)");
  }

  /** With its stack trace, of which a disk would not hold one for each try. */
  @Test
  void saysAFaultAsAnError() {
    for (int second = 0; second <= 60; second++) {
      outage.goesOn("broken", new IllegalStateException("no\nline"));
      pass(Duration.ofSeconds(1));
    }
    outage.isOver("works");
    assertThat(lines.texts())
        .containsExactly(
            "ERROR broken", "ERROR broken (for 1 min now)", "INFO works (after 1 min)");
  }

  /** A database that comes and goes must not fill the disk, and must not go unnoticed. */
  @Test
  void saysLittleOfWhatComesAndGoes() {
    for (int i = 0; i < 600; i++) {
      outage.goesOn("broken");
      outage.isOver("works");
      pass(Duration.ofMillis(100));
    }
    assertThat(lines.texts()).hasSize(6);
    outage.goesOn("broken");
    assertThat(lines.texts()).hasSize(7);
  }

  /** What was not said when it began is said when it lasts. */
  @Test
  void saysInTheEndWhatWasTooMuch() {
    for (int i = 0; i < 4; i++) {
      outage.isOver("works");
      outage.goesOn("broken");
    }
    pass(Duration.ofMinutes(1));
    outage.goesOn("broken");
    assertThat(lines.texts()).last().isEqualTo("WARN broken (for 1 min now)");
  }

  private void pass(Duration time) {
    now.addAndGet(time.toNanos());
  }
}
