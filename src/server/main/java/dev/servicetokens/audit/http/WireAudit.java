package dev.servicetokens.audit.http;

import dev.servicetokens.audit.Actor;
import dev.servicetokens.audit.AuditCursor;
import dev.servicetokens.audit.AuditEntry;
import dev.servicetokens.audit.AuditOutcome;
import dev.servicetokens.audit.AuditPage;
import dev.servicetokens.audit.AuditTarget;
import dev.servicetokens.audit.Occurrence;
import dev.servicetokens.audit.Origin;
import dev.servicetokens.generated.model.AuditAction;
import dev.servicetokens.generated.model.AuditEvent;
import dev.servicetokens.generated.model.AuditEvents;
import dev.servicetokens.generated.model.AuditVerification;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/** Maps audit events between the wire and the domain. */
final class WireAudit {

  private WireAudit() {}

  static dev.servicetokens.audit.@Nullable AuditAction toDomain(@Nullable AuditAction action) {
    return action == null ? null : dev.servicetokens.audit.AuditAction.named(action.getValue());
  }

  static @Nullable AuditOutcome toDomain(
      dev.servicetokens.generated.model.@Nullable AuditOutcome outcome) {
    return outcome == null ? null : AuditOutcome.named(outcome.getValue()).orElseThrow();
  }

  static @Nullable Instant instant(@Nullable Long epochMilliseconds) {
    return epochMilliseconds == null ? null : Instant.ofEpochMilli(epochMilliseconds);
  }

  static AuditEvents toWire(AuditPage page) {
    AuditCursor next = page.next();
    return new AuditEvents(page.events().stream().map(WireAudit::toWire).toList())
        .nextCursor(next == null ? null : next.text());
  }

  /** What follows the array of events; a cursor has no character that JSON escapes. */
  static String endOfObject(AuditPage last) {
    AuditCursor next = last.next();
    return next == null ? "}" : ",\"nextCursor\":\"" + next.text() + "\"}";
  }

  static AuditVerification toWire(dev.servicetokens.audit.AuditVerification verification) {
    var fault = verification.fault();
    AuditVerification wire =
        new AuditVerification(
                fault == null,
                verification.isComplete(),
                verification.checkedEvents(),
                verification.unsealedEvents())
            .lastSequenceNumber(verification.last().sequenceNumber())
            .lastHash(verification.last().hash().hex());
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
