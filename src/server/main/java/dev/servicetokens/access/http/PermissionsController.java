package dev.servicetokens.access.http;

import static dev.servicetokens.web.json.RequiredField.required;

import dev.servicetokens.access.CurrentPrincipal;
import dev.servicetokens.access.Grant;
import dev.servicetokens.access.Permission;
import dev.servicetokens.access.PermissionFilter;
import dev.servicetokens.access.SubjectAdministration;
import dev.servicetokens.access.SubjectHandle;
import dev.servicetokens.generated.api.PermissionsApi;
import dev.servicetokens.generated.model.GrantPermissionRequest;
import dev.servicetokens.generated.model.PermissionNames;
import dev.servicetokens.generated.model.SubjectPermissions;
import dev.servicetokens.generated.model.SubjectSource;
import io.micronaut.http.annotation.Controller;
import io.micronaut.scheduling.TaskExecutors;
import io.micronaut.scheduling.annotation.ExecuteOn;
import io.micronaut.security.annotation.Secured;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** The operations on permissions. */
@Controller("/api")
@ExecuteOn(TaskExecutors.BLOCKING)
class PermissionsController implements PermissionsApi {

  private final SubjectAdministration administration;
  private final CurrentPrincipal caller;

  PermissionsController(SubjectAdministration administration, CurrentPrincipal caller) {
    this.administration = administration;
    this.caller = caller;
  }

  @Override
  @Secured("get-permissions")
  public PermissionNames listPermissions() {
    return new PermissionNames(
        Stream.of(Permission.values()).map(Permission::permissionName).sorted().toList());
  }

  @Override
  @Secured("get-permissions")
  public SubjectPermissions getSubjectPermissions(
      String subject,
      @Nullable String permission,
      @Nullable String resource,
      @Nullable SubjectSource source) {
    return WireSubjects.toWire(
        administration.permissions(
            caller.get(),
            SubjectHandle.of(subject),
            new PermissionFilter(permission, resource, WireSubjects.toDomain(source))));
  }

  @Override
  @Secured("update-permissions")
  public void grantPermission(String subject, GrantPermissionRequest request) {
    administration.grant(
        caller.get(),
        SubjectHandle.of(subject),
        Grant.of(required("permission", request.getPermission()), request.getResourceName()));
  }

  @Override
  @Secured("update-permissions")
  public void revokePermission(
      String permission, String subject, @Nullable String resource, @Nullable Boolean force) {
    administration.revoke(
        caller.get(),
        SubjectHandle.of(subject),
        Grant.of(permission, resource),
        Boolean.TRUE.equals(force));
  }
}
