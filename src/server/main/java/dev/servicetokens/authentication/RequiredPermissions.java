package dev.servicetokens.authentication;

import static io.micronaut.security.rules.SecurityRule.IS_ANONYMOUS;
import static io.micronaut.security.rules.SecurityRule.IS_AUTHENTICATED;

import dev.servicetokens.access.Permission;
import io.micronaut.core.annotation.AnnotationMetadata;
import io.micronaut.management.endpoint.annotation.Endpoint;
import io.micronaut.security.annotation.Secured;
import java.util.Arrays;
import java.util.List;
import java.util.Set;

/** Reads from a route which permissions it asks for. */
public final class RequiredPermissions {

  /** The metrics, for any live token or for everybody. */
  static final String METRICS = "prometheus";

  private static final Set<String> ENDPOINTS_WITHOUT_PERMISSION = Set.of("health", METRICS);
  private static final List<String> MANAGEMENT = List.of(Permission.MANAGE_SERVER.permissionName());

  private RequiredPermissions() {}

  /**
   * The permissions that {@code @Secured} names, and for the framework's management endpoints that
   * of managing the server; none where any caller may, or nothing is said.
   */
  public static List<String> of(AnnotationMetadata route) {
    if (route
        .stringValue(Endpoint.class)
        .filter(id -> !ENDPOINTS_WITHOUT_PERMISSION.contains(id))
        .isPresent()) {
      return MANAGEMENT;
    }
    return Arrays.stream(route.stringValues(Secured.class))
        .filter(value -> !value.equals(IS_AUTHENTICATED) && !value.equals(IS_ANONYMOUS))
        .toList();
  }
}
