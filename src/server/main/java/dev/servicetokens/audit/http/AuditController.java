package dev.servicetokens.audit.http;

import dev.servicetokens.audit.Actor;
import dev.servicetokens.audit.AuditAction.Outcome;
import dev.servicetokens.audit.AuditEntry;
import dev.servicetokens.audit.AuditEvent.Occurrence;
import dev.servicetokens.audit.AuditList;
import dev.servicetokens.audit.AuditList.Cursor;
import dev.servicetokens.audit.AuditList.Filter;
import dev.servicetokens.audit.AuditList.Page;
import dev.servicetokens.audit.AuditTarget;
import dev.servicetokens.audit.ChainVerifier;
import dev.servicetokens.audit.ChainVerifier.Fault;
import dev.servicetokens.audit.Origin;
import dev.servicetokens.generated.api.AuditApi;
import dev.servicetokens.generated.model.AuditAction;
import dev.servicetokens.generated.model.AuditEvent;
import dev.servicetokens.generated.model.AuditEvents;
import dev.servicetokens.generated.model.AuditOutcome;
import dev.servicetokens.generated.model.AuditVerification;
import dev.servicetokens.web.json.StreamedArray;
import io.micronaut.core.type.Argument;
import io.micronaut.http.HttpResponse;
import io.micronaut.http.MediaType;
import io.micronaut.http.annotation.Controller;
import io.micronaut.scheduling.TaskExecutors;
import io.micronaut.scheduling.annotation.ExecuteOn;
import io.micronaut.security.annotation.Secured;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * The operations on the audit log: listing its events, and verifying its chain of seals. The
 * mapping of events between the wire and the domain is below the operations.
 */
@Controller("/api")
@ExecuteOn(TaskExecutors.BLOCKING)
@Secured("get-audit-events")
class AuditController implements AuditApi {

  private final AuditList list;
  private final ChainVerifier verifier;

  AuditController(AuditList list, ChainVerifier verifier) {
    this.list = list;
    this.verifier = verifier;
  }

  @Override
  public HttpResponse<AuditEvents> listAuditEvents(
      @Nullable String actor,
      @Nullable Long token,
      @Nullable AuditAction action,
      @Nullable AuditOutcome outcome,
      @Nullable Long from,
      @Nullable Long to,
      @Nullable Integer limit,
      @Nullable String cursor) {
    Filter filter =
        new Filter(actor, token, toDomain(action), toDomain(outcome), instant(from), instant(to));
    int wanted = limit == null ? AuditList.DEFAULT_LIMIT : limit;
    Page first = list.page(filter, cursor == null ? null : Cursor.parse(cursor), wanted);
    return first.next() == null || first.events().size() == wanted
        ? HttpResponse.ok(toWire(first))
        : streamed(new Part(first, wanted), filter);
  }

  /**
   * What a page is made of where it weighs more than is held at once.
   *
   * @param page some events
   * @param wanted how many are wanted from its first on
   */
  private record Part(Page page, int wanted) {

    private int left() {
      return wanted - page.events().size();
    }
  }

  /** The contract's type is that of the object which the body's writer makes of the stream. */
  @SuppressWarnings("unchecked")
  private HttpResponse<AuditEvents> streamed(Part first, Filter filter) {
    HttpResponse<?> answer =
        HttpResponse.ok(
                new StreamedArray<>(
                    first,
                    part -> part.page().next() != null && part.left() > 0,
                    part ->
                        new Part(list.page(filter, part.page().next(), part.left()), part.left()),
                    part -> toWire(part.page()).getEvents(),
                    Argument.listOf(AuditEvent.class),
                    "{\"events\":",
                    part -> endOfObject(part.page())))
            .contentType(MediaType.APPLICATION_JSON_TYPE);
    return (HttpResponse<AuditEvents>) answer;
  }

  @Override
  public AuditVerification verifyAudit(@Nullable Long after, @Nullable Integer limit) {
    return toWire(verifier.verify(after, limit == null ? ChainVerifier.DEFAULT_LIMIT : limit));
  }

  private static dev.servicetokens.audit.@Nullable AuditAction toDomain(
      @Nullable AuditAction action) {
    return action == null ? null : dev.servicetokens.audit.AuditAction.named(action.getValue());
  }

  private static @Nullable Outcome toDomain(@Nullable AuditOutcome outcome) {
    return outcome == null ? null : Outcome.named(outcome.getValue()).orElseThrow();
  }

  private static @Nullable Instant instant(@Nullable Long epochMilliseconds) {
    return epochMilliseconds == null ? null : Instant.ofEpochMilli(epochMilliseconds);
  }

  private static AuditEvents toWire(Page page) {
    Cursor next = page.next();
    return new AuditEvents(page.events().stream().map(AuditController::toWire).toList())
        .nextCursor(next == null ? null : next.text());
  }

  /** What follows the array of events; a cursor has no character that JSON escapes. */
  private static String endOfObject(Page last) {
    Cursor next = last.next();
    return next == null ? "}" : ",\"nextCursor\":\"" + next.text() + "\"}";
  }

  private static AuditVerification toWire(ChainVerifier.Result verification) {
    Fault fault = verification.fault();
    AuditVerification wire =
        new AuditVerification(
                fault == null,
                verification.isComplete(),
                verification.checkedEvents(),
                verification.unsealedEvents())
            .lastSequenceNumber(verification.last().sequenceNumber())
            .lastHash(verification.last().hash());
    return fault == null ? wire : wire.firstBrokenEvent(fault.eventId()).problem(fault.problem());
  }

  private static AuditEvent toWire(dev.servicetokens.audit.AuditEvent event) {
    Occurrence occurrence = event.occurrence();
    AuditEntry entry = occurrence.entry();
    Origin origin = occurrence.origin();
    AuditEvent wire =
        new AuditEvent(
                event.id(),
                occurrence.at().toEpochMilli(),
                entry.action().actionName(),
                event.outcome(),
                occurrence.count())
            .roles(entry.roles())
            .permission(entry.permission())
            .resource(entry.resource())
            .reason(entry.reason())
            .address(origin.address())
            .userAgent(origin.userAgent())
            .trackingKey(origin.trackingKey());
    return withTarget(withActor(wire, entry.actor()), entry.target());
  }

  private static AuditEvent withActor(AuditEvent wire, @Nullable Actor actor) {
    return actor == null
        ? wire
        : wire.actorId(actor.id() == 0 ? null : actor.id()).actorName(actor.name());
  }

  private static AuditEvent withTarget(AuditEvent wire, @Nullable AuditTarget target) {
    return switch (target) {
      case null -> wire;
      case AuditTarget.Token(long id, String name) ->
          wire.target(Long.toString(id)).targetName(name);
      case AuditTarget.Named(String text, String name) -> wire.target(text).targetName(name);
    };
  }
}
