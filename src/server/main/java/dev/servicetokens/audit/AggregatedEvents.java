package dev.servicetokens.audit;

import java.util.List;

/** Events that are counted in memory and written now and then. Thread-safe. */
interface AggregatedEvents {

  /** Takes what was counted since the last time, as far as it may be written now. */
  Batch take();

  /** Takes all that was counted: nobody will ask again. */
  default Batch takeAll() {
    return take();
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
