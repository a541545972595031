package example.servlet;

import dev.servicetokens.spring.ServiceTokenAuthentication.Caller;
import java.security.Principal;
import org.springframework.boot.SpringApplication;
import org.springframework.boot.autoconfigure.SpringBootApplication;
import org.springframework.security.access.prepost.PreAuthorize;
import org.springframework.security.config.annotation.method.configuration.EnableMethodSecurity;
import org.springframework.security.core.annotation.AuthenticationPrincipal;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RestController;

/** Deploys for callers whose service token may. */
@SpringBootApplication
@EnableMethodSecurity
@RestController
public class Clusters {

  /** Starts the service. */
  public static void main(String[] arguments) {
    SpringApplication.run(Clusters.class, arguments);
  }

  /** For whoever may deploy everywhere. */
  @PostMapping("/deployments")
  @PreAuthorize("hasAuthority('deploy:prod')")
  public String deploy(@AuthenticationPrincipal Caller caller) {
    return "deployed everywhere by " + caller.getName();
  }

  /** For whoever may deploy on this cluster, or everywhere. */
  @PostMapping("/clusters/{cluster}/deployments")
  @PreAuthorize("hasPermission(#cluster, 'deploy:prod')")
  public String deploy(@PathVariable String cluster, @AuthenticationPrincipal Caller caller) {
    return "deployed on %s by %s".formatted(cluster, caller.getName());
  }

  /** For administrators, of which no service token is one, whatever its role is called. */
  @GetMapping("/administration")
  @PreAuthorize("hasRole('ADMIN')")
  public String administration() {
    return "administration";
  }

  /** For every live token. */
  @GetMapping("/who")
  public String who(Principal caller) {
    return caller.getName();
  }

  /** For everybody. */
  @GetMapping("/open")
  public String open() {
    return "open";
  }
}
