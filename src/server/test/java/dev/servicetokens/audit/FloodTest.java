package dev.servicetokens.audit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.servicetokens.audit.AuditEvent.Occurrence;
import dev.servicetokens.audit.AuditList.Cursor;
import dev.servicetokens.audit.AuditList.Filter;
import dev.servicetokens.audit.AuditList.Page;
import dev.servicetokens.fixtures.MovableClock;
import dev.servicetokens.fixtures.MovableOrigin;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** A flood of refusals must fill neither the heap nor the disk, and its size must be known. */
final class FloodTest {

  private final MovableClock clock = new MovableClock();
  private final MovableOrigin origins = new MovableOrigin();
  private final RefusedCredentials refused = new RefusedCredentials(origins, clock);
  private final DeniedOperations denied = new DeniedOperations(origins, clock);
  private final Kept kept = new Kept();
  private final RefusalWriter writer = new RefusalWriter(refused, denied, kept);

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

  /** What one caller tries, however much, costs another's denials neither name nor detail. */
  @Test
  void keepsADenialWholeWhileAnotherCallerFloods() {
    for (int i = 0; i < 1600; i++) {
      denied.add(new Actor(1, "attacker"), "grant", "update-permissions", "resource " + i);
    }
    denied.add(new Actor(2, "victim"), "deleteServiceToken", "delete-service-tokens", "system");

    writer.write();

    assertThat(kept.denialsOf(2))
        .singleElement()
        .extracting(Kept::text)
        .isEqualTo("deleteServiceToken");
    assertThat(kept.denialsOf(1)).hasSizeLessThanOrEqualTo(DeniedOperations.EVENTS_AT_ONCE);
    writer.writeAll();
    assertThat(kept.totalOf(1)).isEqualTo(1600);
    assertThat(kept.occurrences).allMatch(o -> o.entry().actor() != null);
  }

  @Test
  void keepsADenialWholeWhileThousandsOfTokensFlood() {
    for (int second = 0; second < 5; second++) {
      for (int token = 1; token <= 3000; token++) {
        for (int i = 0; i < 20; i++) {
          denied.add(new Actor(token, "t"), "grant", "update-permissions", second + "/" + i);
        }
      }
      writer.write();
    }
    kept.occurrences.clear();
    denied.add(new Actor(9999, "victim"), "deleteServiceToken", "delete-service-tokens", "system");

    writer.write();

    assertThat(kept.denialsOf(9999))
        .singleElement()
        .extracting(Kept::text)
        .isEqualTo("deleteServiceToken");
    assertThat(kept.occurrences).allMatch(o -> o.entry().actor() != null);
  }

  /** A broken script asks each second: it stays known what for, and costs a row a minute. */
  @Test
  void growsSlowlyWhileOneCallerIsDeniedForLong() {
    for (int second = 0; second < 6000; second++) {
      denied.add(new Actor(1, "script"), "listServiceTokens", "get-service-tokens", "system");
      writer.write();
    }
    writer.writeAll();

    assertThat(kept.occurrences).hasSizeLessThan(DeniedOperations.EVENTS_AT_ONCE * 2 + 6000 / 60);
    assertThat(kept.total()).isEqualTo(6000);
    assertThat(kept.occurrences).allMatch(o -> Kept.text(o).equals("listServiceTokens"));
  }

  @Test
  void remembersSomeCallersAndCountsTheRest() {
    int tokens = DeniedOperations.MAX_CALLERS + 500;
    for (int token = 1; token <= tokens; token++) {
      denied.add(new Actor(token, "t"), "grant", "update-permissions", "system");
    }

    writer.write();

    assertThat(kept.total()).isEqualTo(tokens);
    assertThat(kept.occurrences)
        .filteredOn(o -> o.entry().actor() == null)
        .singleElement()
        .satisfies(
            o -> {
              assertThat(o.count()).isEqualTo(500);
              assertThat(Kept.text(o)).isEqualTo(DeniedOperations.OTHER_OPERATIONS);
            });
    IntStream.range(0, DeniedOperations.WRITES_PER_EVENT).forEach(second -> writer.write());
    kept.occurrences.clear();
    denied.add(new Actor(tokens + 1, "later"), "grant", "update-permissions", "system");
    writer.write();
    assertThat(kept.denialsOf(tokens + 1)).hasSize(1);
  }

  @Test
  void losesNoDenialWhileItCannotWrite() {
    kept.away.set(true);
    for (int round = 0; round < 50; round++) {
      for (int i = 0; i < 2000; i++) {
        denied.add(new Actor(i, "t"), "grant", "update-permissions", round + "/" + i);
      }
      assertThatThrownBy(writer::write).hasMessage("away");
    }
    kept.away.set(false);
    writer.writeAll();

    assertThat(kept.total()).isEqualTo(100_000);
    assertThat(kept.occurrences)
        .hasSizeLessThanOrEqualTo(2000 * (DeniedOperations.EVENTS_AT_ONCE + 1))
        .allMatch(o -> o.entry().actor() != null);
  }

  /** Ended tokens are many kinds of one address, and must not be all that is kept apart. */
  @Test
  void keepsAddressesApartWhileOneSendsManyEndedTokens() {
    origins.set(new Origin("10.0.0.1", null, null));
    for (int i = 0; i < 5000; i++) {
      refused.expired(new Actor(i, "old"));
    }
    origins.set(new Origin("10.0.0.2", null, null));
    refused.expired(new Actor(7, "old"));

    writer.write();

    assertThat(kept.total()).isEqualTo(5001);
    assertThat(kept.occurrences).hasSizeLessThan(100);
    assertThat(kept.occurrences)
        .filteredOn(o -> "10.0.0.2".equals(o.origin().address()))
        .singleElement()
        .satisfies(o -> assertThat(o.entry().target()).isEqualTo(new AuditTarget.Token(7, "old")));
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
    public Page list(Filter filter, @Nullable Cursor after, int limit) {
      return new Page(List.of(), null);
    }

    List<Occurrence> denialsOf(long token) {
      return occurrences.stream()
          .filter(o -> o.entry().actor() != null && o.entry().actor().id() == token)
          .toList();
    }

    long totalOf(long token) {
      return denialsOf(token).stream().mapToLong(Occurrence::count).sum();
    }

    static String text(Occurrence denial) {
      return ((AuditTarget.Named) denial.entry().target()).text();
    }

    synchronized long total() {
      return occurrences.stream().mapToLong(Occurrence::count).sum();
    }
  }
}
