package dev.servicetokens.cli.audit;

import dev.servicetokens.cli.server.ServerConnection;
import dev.servicetokens.client.model.AuditEvent;
import dev.servicetokens.client.model.AuditEvents;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Reads events, page by page. */
record EventPages(ServerConnection connection) {

  private static final int LARGEST_PAGE = 1000;

  /**
   * Some events.
   *
   * @param events the newest first
   * @param more whether there are older ones
   */
  record Found(List<AuditEvent> events, boolean more) {}

  /** The newest events, so many at most. */
  Found newest(EventFilter filter, int most) {
    List<AuditEvent> events = new ArrayList<>();
    @Nullable String cursor = null;
    do {
      int limit = Math.min(LARGEST_PAGE, most - events.size());
      @Nullable String from = cursor;
      AuditEvents page =
          connection.ask(client -> client.audit().listAuditEvents(filter.page(limit, from)));
      events.addAll(page.getEvents());
      cursor = page.getEvents().isEmpty() ? null : page.getNextCursor();
    } while (cursor != null && events.size() < most);
    return new Found(events, cursor != null);
  }

  /** All events. */
  List<AuditEvent> all(EventFilter filter) {
    return newest(filter, Integer.MAX_VALUE).events();
  }
}
