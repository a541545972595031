package dev.servicetokens.oracle;

import io.micronaut.context.annotation.Requires;
import io.micronaut.http.annotation.Controller;
import io.micronaut.security.annotation.Secured;
import io.micronaut.security.rules.SecurityRule;

/** Protected by the implementing class and method. */
@Controller
@Requires(property = "oracle")
@Secured(SecurityRule.IS_AUTHENTICATED)
class OracleApiController implements OracleApi {

  @Override
  public String byClass() {
    return "by class";
  }

  @Override
  @Secured("get-service-tokens")
  public String byMethod() {
    return "by method";
  }
}
