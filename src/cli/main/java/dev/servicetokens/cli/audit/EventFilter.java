package dev.servicetokens.cli.audit;

import dev.servicetokens.cli.server.ServerConnection;
import dev.servicetokens.client.api.AuditApi.APIListAuditEventsRequest;
import dev.servicetokens.client.model.AuditAction;
import dev.servicetokens.client.model.AuditEvent;
import dev.servicetokens.client.model.AuditEvents;
import dev.servicetokens.client.model.AuditOutcome;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Which events to ask for; null does not narrow.
 *
 * @param actor id or name of the token that did it
 * @param token id of the token that did it or that it was done to
 * @param fromMilliseconds the first instant, epoch milliseconds
 * @param toMilliseconds the instant after the last
 */
record EventFilter(
    @Nullable String actor,
    @Nullable Long token,
    @Nullable AuditAction action,
    @Nullable AuditOutcome outcome,
    @Nullable Long fromMilliseconds,
    @Nullable Long toMilliseconds) {

  private static final int LARGEST_PAGE = 1000;

  /** The same events, none of them before this instant. */
  EventFilter notBefore(long milliseconds) {
    long from = fromMilliseconds == null ? milliseconds : Math.max(fromMilliseconds, milliseconds);
    return new EventFilter(actor, token, action, outcome, from, toMilliseconds);
  }

  /** The request for one page. */
  private APIListAuditEventsRequest page(int limit, @Nullable String cursor) {
    return APIListAuditEventsRequest.newBuilder()
        .actor(actor)
        .token(token)
        .action(action)
        .outcome(outcome)
        .from(fromMilliseconds)
        .to(toMilliseconds)
        .limit(limit)
        .cursor(cursor)
        .build();
  }

  /**
   * Some events.
   *
   * @param events the newest first
   * @param more whether there are older ones
   */
  record Found(List<AuditEvent> events, boolean more) {}

  /** Asks for the newest events, so many at most, page after page. */
  Found newest(ServerConnection connection, int most) {
    List<AuditEvent> events = new ArrayList<>();
    @Nullable String cursor = null;
    do {
      int limit = Math.min(LARGEST_PAGE, most - events.size());
      @Nullable String from = cursor;
      AuditEvents page =
          connection.ask(client -> client.audit().listAuditEvents(page(limit, from)));
      events.addAll(page.getEvents());
      cursor = page.getEvents().isEmpty() ? null : page.getNextCursor();
    } while (cursor != null && events.size() < most);
    return new Found(events, cursor != null);
  }
}
