package dev.servicetokens.access.http;

import dev.servicetokens.access.CurrentPrincipal;
import dev.servicetokens.access.NoSuchSubjectException;
import dev.servicetokens.access.Principal;
import dev.servicetokens.access.SubjectAdministration;
import dev.servicetokens.access.SubjectAdministration.Existing;
import dev.servicetokens.access.SubjectHandle;
import dev.servicetokens.access.SubjectPage;
import dev.servicetokens.access.SubjectScope;
import dev.servicetokens.generated.api.SubjectsApi;
import dev.servicetokens.generated.model.PutSubjectRequest;
import dev.servicetokens.generated.model.Subject;
import dev.servicetokens.web.json.StreamedArray;
import io.micronaut.core.type.Argument;
import io.micronaut.http.HttpResponse;
import io.micronaut.http.MediaType;
import io.micronaut.http.annotation.Controller;
import io.micronaut.scheduling.TaskExecutors;
import io.micronaut.scheduling.annotation.ExecuteOn;
import io.micronaut.security.annotation.Secured;
import java.util.List;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/** The operations on subjects. */
@Controller("/api")
@ExecuteOn(TaskExecutors.BLOCKING)
class SubjectsController implements SubjectsApi {

  private final SubjectAdministration administration;
  private final CurrentPrincipal caller;

  SubjectsController(SubjectAdministration administration, CurrentPrincipal caller) {
    this.administration = administration;
    this.caller = caller;
  }

  @Override
  @Secured("get-permissions")
  public HttpResponse<List<Subject>> listSubjects() {
    Principal principal = caller.get();
    SubjectPage first = administration.list(principal, null);
    return first.end() == null
        ? HttpResponse.ok(toWire(first))
        : streamed(first, page -> administration.list(principal, page.end()));
  }

  /** The contract's type is that of the array which the body's writer makes of the stream. */
  @SuppressWarnings("unchecked")
  private static HttpResponse<List<Subject>> streamed(
      SubjectPage first, UnaryOperator<SubjectPage> following) {
    HttpResponse<?> answer =
        HttpResponse.ok(
                new StreamedArray<>(
                    first,
                    page -> page.end() != null,
                    following,
                    SubjectsController::toWire,
                    Argument.listOf(Subject.class),
                    "",
                    page -> ""))
            .contentType(MediaType.APPLICATION_JSON_TYPE);
    return (HttpResponse<List<Subject>>) answer;
  }

  private static List<Subject> toWire(SubjectPage page) {
    return page.subjects().stream().map(WireSubjects::toWire).toList();
  }

  @Override
  @Secured("get-permissions")
  public Subject getSubject(String subject) {
    return WireSubjects.toWire(administration.get(caller.get(), SubjectHandle.of(subject)));
  }

  @Override
  @Secured("update-permissions")
  public void putSubject(
      String subject,
      PutSubjectRequest request,
      @Nullable Boolean createOnly,
      @Nullable Boolean adopt) {
    administration.put(
        caller.get(),
        SubjectHandle.of(subject),
        new SubjectScope(request.getQuery(), request.getVersion()),
        new Existing(Boolean.TRUE.equals(createOnly), Boolean.TRUE.equals(adopt)));
  }

  @Override
  @Secured("update-permissions")
  public void deleteSubject(String subject, @Nullable Boolean force) {
    try {
      administration.delete(
          caller.get(), SubjectHandle.ofDeleted(subject), Boolean.TRUE.equals(force));
    } catch (NoSuchSubjectException e) {
      SubjectHandle.of(subject); // Says of a reserved name that no subject can have it.
      throw e;
    }
  }
}
