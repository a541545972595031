package dev.servicetokens.authentication;

import dev.servicetokens.startup.StartRefusal;
import io.micronaut.context.BeanContext;
import io.micronaut.context.annotation.Context;
import io.micronaut.security.filters.SecurityFilter;

/**
 * Refuses to start unless exactly one filter stands before every route. Without one, everything
 * would be open; with two, each request would be decided twice.
 */
@Context
final class AuthorizationFilterCheck {

  /** The setting that chooses between the framework's filter and ours. */
  static final String STOCK_FILTER = "micronaut.security.filter.enabled";

  /**
   * @throws StartRefusal unless there is one filter
   */
  AuthorizationFilterCheck(BeanContext beans) {
    if (beans.containsBean(SecurityFilter.class) == beans.containsBean(AuthorizationFilter.class)) {
      throw new StartRefusal(
          "No filter would refuse requests without a token, or two would: the setting MICRONAUT_SECURITY_ENABLED (micronaut.security.enabled) must be true, and MICRONAUT_SECURITY_FILTER_ENABLED (%s) true or false; remove both to use the defaults"
              .formatted(STOCK_FILTER));
    }
  }
}
