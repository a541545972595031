package dev.servicetokens.oracle;

import io.micronaut.context.annotation.Requires;
import io.micronaut.http.MediaType;
import io.micronaut.http.annotation.Controller;
import io.micronaut.http.annotation.Get;
import io.micronaut.scheduling.TaskExecutors;
import io.micronaut.scheduling.annotation.ExecuteOn;
import io.micronaut.security.annotation.Secured;
import io.micronaut.security.authentication.Authentication;
import io.micronaut.security.rules.SecurityRule;
import io.micronaut.security.utils.SecurityService;
import java.security.Principal;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/** Routes that ask for the caller in every way. */
@Controller(value = "/oracle", produces = MediaType.TEXT_PLAIN)
@Requires(property = "oracle")
class OracleController {

  private final SecurityService security;

  OracleController(SecurityService security) {
    this.security = security;
  }

  @Get("/anyone")
  @Secured(SecurityRule.IS_ANONYMOUS)
  String anyone() {
    return "anyone";
  }

  @Get("/anyone/who")
  @Secured(SecurityRule.IS_ANONYMOUS)
  String anyoneWho(@Nullable Authentication caller) {
    return describe(caller);
  }

  @Get("/authenticated")
  @Secured(SecurityRule.IS_AUTHENTICATED)
  String authenticated() {
    return "authenticated";
  }

  @Get("/denied")
  @Secured(SecurityRule.DENY_ALL)
  String denied() {
    return "denied";
  }

  @Get("/permission")
  @Secured("get-service-tokens")
  String permission() {
    return "permission";
  }

  @Get("/either")
  @Secured({"delete-service-tokens", "get-topology"})
  String either() {
    return "either";
  }

  @Get("/expression")
  @Secured("#{ user?.name == 'alice' }")
  String expression() {
    return "expression";
  }

  @Get("/authentication")
  @Secured(SecurityRule.IS_AUTHENTICATED)
  String authentication(Authentication caller) {
    return describe(caller);
  }

  @Get("/principal")
  @Secured(SecurityRule.IS_AUTHENTICATED)
  String principal(Principal caller) {
    return caller.getName();
  }

  @Get("/service")
  @Secured(SecurityRule.IS_AUTHENTICATED)
  String service() {
    return security.username().orElse("nobody") + security.hasRole("get-topology");
  }

  @Get("/service/blocking")
  @Secured(SecurityRule.IS_AUTHENTICATED)
  @ExecuteOn(TaskExecutors.BLOCKING)
  String serviceBlocking() {
    return security.username().orElse("nobody") + security.hasRole("get-topology");
  }

  @Get("/unannotated")
  String unannotated() {
    return "unannotated";
  }

  @Get("/mapped")
  String mapped() {
    return "mapped";
  }

  private static String describe(@Nullable Authentication caller) {
    return caller == null
        ? "nobody"
        : caller.getName() + new TreeSet<>(caller.getRoles()) + caller.getAttributes();
  }
}
