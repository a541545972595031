package example;

import dev.servicetokens.micronaut.RequiresPermission;
import dev.servicetokens.micronaut.ServiceTokenAuthentication;
import io.micronaut.http.MediaType;
import io.micronaut.http.annotation.Controller;
import io.micronaut.http.annotation.Get;
import io.micronaut.http.annotation.Post;
import io.micronaut.http.annotation.Produces;
import io.micronaut.runtime.Micronaut;
import io.micronaut.security.annotation.Secured;
import io.micronaut.security.authentication.Authentication;
import io.micronaut.security.rules.SecurityRule;

/** Deploys for callers whose service token may. */
@Controller
@Produces(MediaType.TEXT_PLAIN)
public class Clusters {

  /** Starts the service. */
  public static void main(String[] arguments) {
    Micronaut.run(Clusters.class, arguments);
  }

  /** For whoever may deploy everywhere. */
  @Post("/deployments")
  @Secured("deploy:prod")
  String deploy(Authentication caller) {
    return "deployed everywhere by " + caller.getName();
  }

  /** For whoever may deploy on this cluster, or everywhere. */
  @Post("/clusters/{cluster}/deployments")
  @RequiresPermission(value = "deploy:prod", resource = "{cluster}")
  String deploy(String cluster, ServiceTokenAuthentication caller) {
    return "deployed on %s by %s".formatted(cluster, caller.getName());
  }

  /** For every live token. */
  @Get("/who")
  @Secured(SecurityRule.IS_AUTHENTICATED)
  String who(Authentication caller) {
    return caller.getName();
  }

  /** For everybody. */
  @Get("/open")
  @Secured(SecurityRule.IS_ANONYMOUS)
  String open() {
    return "open";
  }
}
