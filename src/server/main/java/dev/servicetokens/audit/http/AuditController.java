package dev.servicetokens.audit.http;

import dev.servicetokens.audit.AuditCursor;
import dev.servicetokens.audit.AuditFilter;
import dev.servicetokens.audit.AuditPage;
import dev.servicetokens.audit.AuditVerifier;
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
  public HttpResponse<AuditEvents> listAuditEvents(
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
    int wanted = limit == null ? dev.servicetokens.audit.AuditEvents.DEFAULT_LIMIT : limit;
    AuditPage first =
        events.list(filter, cursor == null ? null : AuditCursor.parse(cursor), wanted);
    return first.next() == null || first.events().size() == wanted
        ? HttpResponse.ok(WireAudit.toWire(first))
        : streamed(new Part(first, wanted), filter);
  }

  /**
   * What a page is made of where it weighs more than is held at once.
   *
   * @param page some events
   * @param wanted how many are wanted from its first on
   */
  private record Part(AuditPage page, int wanted) {

    private int left() {
      return wanted - page.events().size();
    }
  }

  /** The contract's type is that of the object which the body's writer makes of the stream. */
  @SuppressWarnings("unchecked")
  private HttpResponse<AuditEvents> streamed(Part first, AuditFilter filter) {
    HttpResponse<?> answer =
        HttpResponse.ok(
                new StreamedArray<>(
                    first,
                    part -> part.page().next() != null && part.left() > 0,
                    part ->
                        new Part(events.list(filter, part.page().next(), part.left()), part.left()),
                    part -> WireAudit.toWire(part.page()).getEvents(),
                    Argument.listOf(AuditEvent.class),
                    "{\"events\":",
                    part -> WireAudit.endOfObject(part.page())))
            .contentType(MediaType.APPLICATION_JSON_TYPE);
    return (HttpResponse<AuditEvents>) answer;
  }

  @Override
  public AuditVerification verifyAudit(@Nullable Long after, @Nullable Integer limit) {
    return WireAudit.toWire(
        verifier.verify(after, limit == null ? AuditVerifier.DEFAULT_LIMIT : limit));
  }
}
