package dev.servicetokens.access.http;

import dev.servicetokens.access.CurrentPrincipal;
import dev.servicetokens.access.SubjectAdministration;
import dev.servicetokens.access.SubjectAdministration.Existing;
import dev.servicetokens.access.SubjectHandle;
import dev.servicetokens.access.SubjectScope;
import dev.servicetokens.generated.api.SubjectsApi;
import dev.servicetokens.generated.model.PutSubjectRequest;
import dev.servicetokens.generated.model.Subject;
import io.micronaut.http.annotation.Controller;
import io.micronaut.scheduling.TaskExecutors;
import io.micronaut.scheduling.annotation.ExecuteOn;
import io.micronaut.security.annotation.Secured;
import java.util.List;
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
  public List<Subject> listSubjects() {
    return administration.list(caller.get()).stream().map(WireSubjects::toWire).toList();
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
    administration.delete(caller.get(), SubjectHandle.of(subject), Boolean.TRUE.equals(force));
  }
}
