package dev.servicetokens.access.http;

import static dev.servicetokens.web.json.RequiredField.required;

import dev.servicetokens.access.CurrentPrincipal;
import dev.servicetokens.access.Grant;
import dev.servicetokens.access.PermissionAdministration;
import dev.servicetokens.access.PermissionFilter;
import dev.servicetokens.access.Principal;
import dev.servicetokens.access.SubjectAdministration;
import dev.servicetokens.access.SubjectHandle;
import dev.servicetokens.generated.api.PermissionsApi;
import dev.servicetokens.generated.model.DefinePermissionRequest;
import dev.servicetokens.generated.model.GrantPermissionRequest;
import dev.servicetokens.generated.model.PermissionDefinition;
import dev.servicetokens.generated.model.PermissionDefinitions;
import dev.servicetokens.generated.model.PermissionNames;
import dev.servicetokens.generated.model.PermissionOrigin;
import dev.servicetokens.generated.model.SubjectPermissions;
import dev.servicetokens.generated.model.SubjectSource;
import io.micronaut.http.HttpResponse;
import io.micronaut.http.annotation.Controller;
import io.micronaut.scheduling.TaskExecutors;
import io.micronaut.scheduling.annotation.ExecuteOn;
import io.micronaut.security.annotation.Secured;
import org.jspecify.annotations.Nullable;

/** The operations on permissions. */
@Controller("/api")
@ExecuteOn(TaskExecutors.BLOCKING)
class PermissionsController implements PermissionsApi {

  private final SubjectAdministration administration;
  private final PermissionAdministration definitions;
  private final CurrentPrincipal caller;

  PermissionsController(
      SubjectAdministration administration,
      PermissionAdministration definitions,
      CurrentPrincipal caller) {
    this.administration = administration;
    this.definitions = definitions;
    this.caller = caller;
  }

  @Override
  @Secured("get-permissions")
  public PermissionNames listPermissions() {
    return new PermissionNames(caller.get().defined().names());
  }

  @Override
  @Secured("get-permissions")
  public PermissionDefinitions listPermissionDefinitions() {
    return new PermissionDefinitions(
        definitions.list(caller.get()).stream().map(PermissionsController::toWire).toList());
  }

  private static PermissionDefinition toWire(
      dev.servicetokens.access.PermissionDefinition definition) {
    return new PermissionDefinition(
            definition.permission().permissionName(),
            switch (definition.origin()) {
              case PREDEFINED -> PermissionOrigin.PREDEFINED;
              case CUSTOM -> PermissionOrigin.CUSTOM;
              case CONFIGURED -> PermissionOrigin.CONFIGURED;
            })
        .description(definition.description());
  }

  @Override
  @Secured("update-permissions")
  public HttpResponse<Void> definePermission(String permission, DefinePermissionRequest request) {
    definitions.define(caller.get(), permission, request.getDescription());
    return HttpResponse.noContent();
  }

  @Override
  @Secured("update-permissions")
  public HttpResponse<Void> deletePermissionDefinition(String permission, @Nullable Boolean force) {
    definitions.delete(caller.get(), permission, Boolean.TRUE.equals(force));
    return HttpResponse.noContent();
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
    Principal principal = caller.get();
    administration.grant(
        principal,
        SubjectHandle.of(subject),
        Grant.of(
            principal.defined(),
            required("permission", request.getPermission()),
            request.getResourceName()));
  }

  @Override
  @Secured("update-permissions")
  public void revokePermission(
      String permission, String subject, @Nullable String resource, @Nullable Boolean force) {
    Principal principal = caller.get();
    administration.revoke(
        principal,
        SubjectHandle.of(subject),
        Grant.of(principal.defined(), permission, resource),
        Boolean.TRUE.equals(force));
  }
}
