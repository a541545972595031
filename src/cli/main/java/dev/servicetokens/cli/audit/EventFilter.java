package dev.servicetokens.cli.audit;

import dev.servicetokens.client.api.AuditApi.APIListAuditEventsRequest;
import dev.servicetokens.client.model.AuditAction;
import dev.servicetokens.client.model.AuditOutcome;
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

  /** The same events, none of them before this instant. */
  EventFilter notBefore(long milliseconds) {
    long from = fromMilliseconds == null ? milliseconds : Math.max(fromMilliseconds, milliseconds);
    return new EventFilter(actor, token, action, outcome, from, toMilliseconds);
  }

  /** The request for one page. */
  APIListAuditEventsRequest page(int limit, @Nullable String cursor) {
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
}
