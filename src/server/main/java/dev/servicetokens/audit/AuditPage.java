package dev.servicetokens.audit;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Some events, the newest first. Immutable.
 *
 * @param events those of this page
 * @param next where the next page begins; null if nothing followed when this one was read
 */
public record AuditPage(List<AuditEvent> events, @Nullable AuditCursor next) {

  /** Copies the events. */
  public AuditPage {
    events = List.copyOf(events);
  }
}
