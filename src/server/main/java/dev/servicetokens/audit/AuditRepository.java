package dev.servicetokens.audit;

import dev.servicetokens.audit.AuditEvent.Occurrence;
import dev.servicetokens.audit.AuditList.Cursor;
import dev.servicetokens.audit.AuditList.Filter;
import dev.servicetokens.audit.AuditList.Page;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Where audit events are kept. Each call runs in the caller's transaction. Thread-safe. */
public interface AuditRepository {

  /** Appends them and puts them in the queue for their seals; waits for nobody. */
  void add(List<Occurrence> occurrences);

  /**
   * The newest events that pass the filter. Fewer where they would weigh too much to be held. An
   * event of a later release, whose action or outcome is none of this one, is listed like others.
   *
   * @param after the place in the order of the list behind which to begin; null for its beginning
   * @param limit how many at most
   */
  Page list(Filter filter, @Nullable Cursor after, int limit);
}
