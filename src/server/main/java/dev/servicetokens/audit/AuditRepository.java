package dev.servicetokens.audit;

import java.util.List;
import org.jspecify.annotations.Nullable;

/** Where audit events are kept. Each call runs in the caller's transaction. Thread-safe. */
public interface AuditRepository {

  /** Appends them and puts them in the queue for their seals; waits for nobody. */
  void add(List<Occurrence> occurrences);

  /**
   * The newest events that pass the filter. Fewer where they would weigh too much to be held; an
   * event of a newer release, whose action or outcome is none of this one, is left out and ends
   * nothing.
   *
   * @param after the place in the order of the list behind which to begin; null for its beginning
   * @param limit how many at most
   */
  AuditPage list(AuditFilter filter, @Nullable AuditCursor after, int limit);
}
