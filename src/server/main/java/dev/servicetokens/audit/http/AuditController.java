package dev.servicetokens.audit.http;

import dev.servicetokens.audit.AuditCursor;
import dev.servicetokens.audit.AuditFilter;
import dev.servicetokens.audit.AuditVerifier;
import dev.servicetokens.generated.api.AuditApi;
import dev.servicetokens.generated.model.AuditAction;
import dev.servicetokens.generated.model.AuditEvents;
import dev.servicetokens.generated.model.AuditOutcome;
import dev.servicetokens.generated.model.AuditVerification;
import io.micronaut.http.annotation.Controller;
import io.micronaut.scheduling.TaskExecutors;
import io.micronaut.scheduling.annotation.ExecuteOn;
import io.micronaut.security.annotation.Secured;
import org.jspecify.annotations.Nullable;

/** The operations on the audit log. */
@Controller("/api")
@ExecuteOn(TaskExecutors.BLOCKING)
@Secured("get-audit-events")
class AuditController implements AuditApi {

  private final dev.servicetokens.audit.AuditEvents events;
  private final AuditVerifier verifier;

  AuditController(dev.servicetokens.audit.AuditEvents events, AuditVerifier verifier) {
    this.events = events;
    this.verifier = verifier;
  }

  @Override
  public AuditEvents listAuditEvents(
      @Nullable String actor,
      @Nullable Long token,
      @Nullable AuditAction action,
      @Nullable AuditOutcome outcome,
      @Nullable Long from,
      @Nullable Long to,
      @Nullable Integer limit,
      @Nullable String cursor) {
    AuditFilter filter =
        new AuditFilter(
            actor,
            token,
            WireAudit.toDomain(action),
            WireAudit.toDomain(outcome),
            WireAudit.instant(from),
            WireAudit.instant(to));
    return WireAudit.toWire(
        events.list(
            filter,
            cursor == null ? null : AuditCursor.parse(cursor),
            limit == null ? dev.servicetokens.audit.AuditEvents.DEFAULT_LIMIT : limit));
  }

  @Override
  public AuditVerification verifyAudit(@Nullable Long after, @Nullable Integer limit) {
    return WireAudit.toWire(
        verifier.verify(after, limit == null ? AuditVerifier.DEFAULT_LIMIT : limit));
  }
}
