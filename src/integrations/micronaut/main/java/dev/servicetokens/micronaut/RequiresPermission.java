package dev.servicetokens.micronaut;

import java.lang.annotation.Documented;
import java.lang.annotation.ElementType;
import java.lang.annotation.Inherited;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

/**
 * Lets only callers in whose service token has a permission on a resource, or everywhere:
 *
 * <pre>{@code
 * @Post("/clusters/{cluster}/deployments")
 * @RequiresPermission(value = "deploy:prod", resource = "{cluster}")
 * }</pre>
 *
 * Where {@code @Secured} stands beside it, both must let the caller in. On a class it holds for
 * every route that has none of its own.
 */
@Documented
@Inherited
@Retention(RetentionPolicy.RUNTIME)
@Target({ElementType.METHOD, ElementType.TYPE})
public @interface RequiresPermission {

  /** The permission. */
  String value();

  /**
   * The resource, in which variables of the route's path stand in braces; {@code system} means
   * everywhere. A name that is no variable of the path is an error of the service: 500.
   */
  String resource() default "system";
}
