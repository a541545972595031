package example.reactive;

import dev.servicetokens.spring.ServiceTokenAuthentication.Caller;
import java.security.Principal;
import org.springframework.boot.SpringApplication;
import org.springframework.boot.WebApplicationType;
import org.springframework.boot.autoconfigure.SpringBootApplication;
import org.springframework.security.access.prepost.PreAuthorize;
import org.springframework.security.config.annotation.method.configuration.EnableReactiveMethodSecurity;
import org.springframework.security.core.annotation.AuthenticationPrincipal;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RestController;
import reactor.core.publisher.Mono;

/** Deploys for callers whose service token may, without a thread for each. */
@SpringBootApplication
@EnableReactiveMethodSecurity
@RestController
public class ReactiveClusters {

  /** Starts the service. */
  public static void main(String[] arguments) {
    SpringApplication application = new SpringApplication(ReactiveClusters.class);
    // Only because there are servlets on the class path of this example, too.
    application.setWebApplicationType(WebApplicationType.REACTIVE);
    application.run(arguments);
  }

  /** For whoever may deploy everywhere. */
  @PostMapping("/deployments")
  @PreAuthorize("hasAuthority('deploy:prod')")
  public Mono<String> deploy(@AuthenticationPrincipal Caller caller) {
    return Mono.just("deployed everywhere by " + caller.getName());
  }

  /** For whoever may deploy on this cluster, or everywhere. */
  @PostMapping("/clusters/{cluster}/deployments")
  @PreAuthorize("hasPermission(#cluster, 'deploy:prod')")
  public Mono<String> deploy(@PathVariable String cluster, @AuthenticationPrincipal Caller caller) {
    return Mono.just("deployed on %s by %s".formatted(cluster, caller.getName()));
  }

  /** For administrators, of which no service token is one, whatever its role is called. */
  @GetMapping("/administration")
  @PreAuthorize("hasRole('ADMIN')")
  public Mono<String> administration() {
    return Mono.just("administration");
  }

  /** For every live token. */
  @GetMapping("/who")
  public Mono<String> who(Mono<Principal> caller) {
    return caller.map(Principal::getName);
  }

  /** For everybody. */
  @GetMapping("/open")
  public Mono<String> open() {
    return Mono.just("open");
  }
}
