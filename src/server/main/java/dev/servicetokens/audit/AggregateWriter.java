package dev.servicetokens.audit;

import jakarta.inject.Singleton;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;

/**
 * Writes what was counted in memory, in one batched statement. What cannot be written stays
 * counted; if the database went away while it wrote, it may be written twice, never not at all.
 * Thread-safe.
 */
@Singleton
public final class AggregateWriter {

  private final List<AggregatedEvents> sources;
  private final AuditWrite write;

  AggregateWriter(RefusedCredentials refused, DeniedOperations denied, AuditWrite write) {
    this.sources = List.of(denied, refused);
    this.write = write;
  }

  /** Writes what was counted until now; of a flood, a part that grows slowly. */
  public synchronized void write() {
    write(AggregatedEvents::take);
  }

  /** Writes all that was counted until now. */
  public synchronized void writeAll() {
    write(AggregatedEvents::takeAll);
  }

  private void write(Function<AggregatedEvents, AggregatedEvents.Batch> taking) {
    List<AggregatedEvents.Batch> batches = sources.stream().map(taking).toList();
    List<Occurrence> occurrences = new ArrayList<>();
    batches.forEach(batch -> occurrences.addAll(batch.occurrences()));
    boolean written = false;
    try {
      if (!occurrences.isEmpty()) {
        write.write(occurrences);
      }
      written = true;
    } finally {
      for (AggregatedEvents.Batch batch : batches) {
        (written ? batch.written() : batch.failed()).run();
      }
    }
  }
}
