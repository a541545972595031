package dev.servicetokens.cli.audit;

import dev.servicetokens.client.model.AuditEvent;
import java.time.Duration;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Tells new events from those that were seen. An event can become visible a little after a later
 * one, since its transaction took longer or its node's clock is behind, so that each question goes
 * back a little and the answer holds seen ones, too.
 */
final class NewEvents {

  private static final long OVERLAP_MILLISECONDS = Duration.ofSeconds(10).toMillis();

  private static final Comparator<AuditEvent> OLDEST_FIRST =
      Comparator.comparing(AuditEvent::getTimestamp).thenComparing(AuditEvent::getId);

  private final Map<Long, Long> seen = new HashMap<>();
  private @Nullable AuditEvent oldest;
  private @Nullable Long newestMilliseconds;

  /**
   * Begins with these.
   *
   * @param more whether there are older ones, which nobody wants to see
   * @return the same, the oldest first
   */
  List<AuditEvent> begin(List<AuditEvent> events, boolean more) {
    if (more) {
      oldest = events.stream().min(OLDEST_FIRST).orElse(null);
    }
    return of(events);
  }

  /** The instant from which to ask, epoch milliseconds; none before the first event. */
  Optional<Long> since() {
    return Optional.ofNullable(newestMilliseconds).map(newest -> newest - OVERLAP_MILLISECONDS);
  }

  /** Those that are new among them, the oldest first. */
  List<AuditEvent> of(List<AuditEvent> events) {
    List<AuditEvent> unseen =
        events.stream()
            .filter(event -> seen.putIfAbsent(event.getId(), event.getTimestamp()) == null)
            .filter(event -> oldest == null || OLDEST_FIRST.compare(event, oldest) >= 0)
            .sorted(OLDEST_FIRST)
            .toList();
    for (AuditEvent event : unseen) {
      long newest = newestMilliseconds == null ? Long.MIN_VALUE : newestMilliseconds;
      newestMilliseconds = Math.max(newest, event.getTimestamp());
    }
    since().ifPresent(begin -> seen.values().removeIf(timestamp -> timestamp < begin));
    return unseen;
  }
}
