package dev.servicetokens.audit;

import dev.servicetokens.audit.AuditEvent.Occurrence;
import io.micronaut.transaction.annotation.Transactional;
import jakarta.inject.Singleton;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;

/**
 * Writes the refusals that were counted in memory, in one batched statement. What cannot be written
 * stays counted; if the database goes away during the writing, it may be written twice, but it is
 * never left out. Thread-safe.
 */
@Singleton
public class RefusalWriter {

  private final List<Source> sources;
  private final AuditRepository repository;

  RefusalWriter(RefusedCredentials refused, DeniedOperations denied, AuditRepository repository) {
    this.sources = List.of(denied, refused);
    this.repository = repository;
  }

  /** Writes what was counted until now; of a flood, a part that grows slowly. */
  public synchronized void write() {
    write(Source::take);
  }

  /** Writes all that was counted until now. */
  public synchronized void writeAll() {
    write(Source::takeAll);
  }

  private void write(Function<Source, Batch> taking) {
    List<Batch> batches = sources.stream().map(taking).toList();
    List<Occurrence> occurrences = new ArrayList<>();
    batches.forEach(batch -> occurrences.addAll(batch.occurrences()));
    boolean written = false;
    try {
      if (!occurrences.isEmpty()) {
        add(occurrences);
      }
      written = true;
    } finally {
      for (Batch batch : batches) {
        (written ? batch.written() : batch.failed()).run();
      }
    }
  }

  /**
   * Adds events in a transaction of its own; the call from this class begins one, too, because the
   * framework overrides the method.
   */
  @Transactional
  void add(List<Occurrence> occurrences) {
    repository.add(occurrences);
  }

  /** Refusals that are counted in memory until somebody writes them. Thread-safe. */
  interface Source {

    /** Takes what was counted since the last time, as far as it may be written now. */
    Batch take();

    /** Takes all that was counted: nobody will ask again. */
    default Batch takeAll() {
      return take();
    }
  }

  /**
   * What was taken. Exactly one of the two is run afterwards.
   *
   * @param occurrences to write
   * @param written run when they are written
   * @param failed run when they are not
   */
  record Batch(List<Occurrence> occurrences, Runnable written, Runnable failed) {}
}
