package dev.servicetokens.audit;

import static org.assertj.core.api.Assertions.assertThat;

import dev.servicetokens.fixtures.MovableClock;
import dev.servicetokens.fixtures.MovableOrigin;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** A flood of refusals must fill neither the heap nor the disk, and its size must be known. */
final class FloodTest {

  private final MovableClock clock = new MovableClock();
  private final MovableOrigin origins = new MovableOrigin();
  private final RefusedCredentials refused = new RefusedCredentials(origins, clock);
  private final DeniedOperations denied = new DeniedOperations(origins, clock);
  private final Kept kept = new Kept();
  private final AggregateWriter writer = new AggregateWriter(refused, denied, new AuditWrite(kept));

  @Test
  void keepsAHundredThousandRefusalsFromAsManyAddressesInFewRows() {
    for (int i = 0; i < 100_000; i++) {
      origins.set(new Origin("10.%d.%d.%d".formatted(i >> 16, i >> 8 & 255, i & 255), "x", "k"));
      refused.unknown();
      if (i % 10_000 == 0) {
        writer.write();
      }
    }
    writer.write();

    assertThat(kept.occurrences).hasSizeLessThan(1100);
    assertThat(kept.total()).isEqualTo(100_000);
    assertThat(kept.occurrences)
        .anyMatch(o -> RefusedCredentials.OTHER_ADDRESSES.equals(o.origin().address()));
  }

  @Test
  void growsByAFewRowsOnlyHoweverLongItLasts() {
    for (int second = 0; second < 5000; second++) {
      for (int i = 0; i < 20; i++) {
        origins.set(new Origin("10.0.%d.%d".formatted(second, i), null, null));
        refused.malformed();
      }
      writer.write();
    }

    assertThat(kept.occurrences).hasSizeLessThan(1000 + 5000 * 3 + 1);
    assertThat(kept.total()).isEqualTo(100_000);
  }

  /** Whoever can send anything without a token must not be able to hide what a token tried. */
  @Test
  void keepsDenialsApartWhileCredentialsFlood() {
    for (int i = 0; i < 5000; i++) {
      origins.set(new Origin("10.0.0." + i, null, null));
      refused.unknown();
    }
    denied.add(new Actor(1, "guest"), "deleteServiceToken", "delete-service-tokens", "system");

    writer.write();

    assertThat(kept.occurrences)
        .filteredOn(o -> o.entry().action() == AuditAction.AUTHORIZATION_DENIED)
        .singleElement()
        .satisfies(o -> assertThat(o.entry().actor()).isEqualTo(new Actor(1, "guest")));
  }

  @Test
  void countsEqualDenialsOnce() {
    for (int i = 0; i < 1000; i++) {
      denied.add(new Actor(1, "guest"), "deleteServiceToken", "delete-service-tokens", "system");
      denied.add(new Actor(2, "guest"), "deleteServiceToken", "delete-service-tokens", "system");
    }

    writer.write();

    assertThat(kept.occurrences).extracting(Occurrence::count).containsExactly(1000L, 1000L);
  }

  @Test
  void losesNothingWhileItCannotWriteAndStaysBounded() {
    kept.away.set(true);
    for (int round = 0; round < 50; round++) {
      for (int i = 0; i < 2000; i++) {
        origins.set(new Origin("10.%d.0.%d".formatted(round, i), null, null));
        refused.unknown();
      }
      try {
        writer.write();
      } catch (IllegalStateException e) {
        assertThat(e).hasMessage("away");
      }
    }
    kept.away.set(false);
    writer.write();

    assertThat(kept.occurrences).hasSizeLessThanOrEqualTo(1001);
    assertThat(kept.total()).isEqualTo(100_000);
  }

  @Test
  void losesNothingWhileManyCountAndOneWrites() throws Exception {
    AtomicBoolean counting = new AtomicBoolean(true);
    try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
      Future<?> writing =
          threads.submit(
              () -> {
                while (counting.get()) {
                  writer.write();
                }
              });
      List<Future<?>> counters = new ArrayList<>();
      for (int thread = 0; thread < 8; thread++) {
        counters.add(threads.submit(this::count));
      }
      for (Future<?> counter : counters) {
        counter.get();
      }
      counting.set(false);
      writing.get();
    }
    writer.write();

    assertThat(kept.total()).isEqualTo(8 * 20_000);
  }

  @Test
  void tellsTheTimeOfTheFirst() {
    Instant first = clock.instant();
    refused.unknown();
    clock.move(Duration.ofSeconds(1));
    refused.unknown();

    writer.write();

    assertThat(kept.occurrences).singleElement().extracting(Occurrence::at).isEqualTo(first);
  }

  private void count() {
    for (int i = 0; i < 20_000; i++) {
      refused.unknown();
    }
  }

  /** Keeps what is written; refuses while it is away. */
  private static final class Kept implements AuditRepository {

    private final List<Occurrence> occurrences = new ArrayList<>();
    private final AtomicBoolean away = new AtomicBoolean();

    @Override
    public synchronized void add(List<Occurrence> added) {
      if (away.get()) {
        throw new IllegalStateException("away");
      }
      occurrences.addAll(added);
    }

    @Override
    public AuditPage list(AuditFilter filter, @Nullable AuditCursor after, int limit) {
      return new AuditPage(List.of(), null);
    }

    synchronized long total() {
      return occurrences.stream().mapToLong(Occurrence::count).sum();
    }
  }
}
