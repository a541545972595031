package dev.servicetokens.authentication;

import static io.micronaut.security.rules.SecurityRule.IS_ANONYMOUS;
import static io.micronaut.security.rules.SecurityRule.IS_AUTHENTICATED;

import io.micronaut.core.annotation.AnnotationMetadata;
import io.micronaut.security.annotation.Secured;
import java.util.Arrays;
import java.util.List;

/** Reads from a route which permissions it asks for. */
public final class RequiredPermissions {

  private RequiredPermissions() {}

  /** The permissions that {@code @Secured} names; none where any caller may, or nothing is said. */
  public static List<String> of(AnnotationMetadata route) {
    return Arrays.stream(route.stringValues(Secured.class))
        .filter(value -> !value.equals(IS_AUTHENTICATED) && !value.equals(IS_ANONYMOUS))
        .toList();
  }
}
