package example;

import org.springframework.boot.SpringApplication;
import org.springframework.boot.autoconfigure.SpringBootApplication;
import org.springframework.security.access.prepost.PreAuthorize;
import org.springframework.security.config.annotation.method.configuration.EnableMethodSecurity;
import org.springframework.security.core.annotation.AuthenticationPrincipal;
import org.springframework.security.oauth2.core.OAuth2AuthenticatedPrincipal;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RestController;

/** Deploys for callers whose service token may; Spring Security asks Service Tokens about each. */
@SpringBootApplication
@EnableMethodSecurity
@RestController
public class Deployments {

  /** Starts the service. */
  public static void main(String[] arguments) {
    SpringApplication.run(Deployments.class, arguments);
  }

  /** A permission on {@code system} is a word of the scope, of which Spring makes an authority. */
  @PostMapping("/deployments")
  @PreAuthorize("hasAuthority('SCOPE_deploy:prod')")
  String deploy(@AuthenticationPrincipal OAuth2AuthenticatedPrincipal caller) {
    return "deployed everywhere by " + caller.getName();
  }

  /** A permission on one resource is none on all, so it stands in {@code permissions} only. */
  @PostMapping("/clusters/{cluster}/deployments")
  @PreAuthorize("principal.attributes['permissions'][#cluster]?.contains('deploy:prod') == true")
  String deploy(
      @PathVariable String cluster, @AuthenticationPrincipal OAuth2AuthenticatedPrincipal caller) {
    return "deployed on %s by %s".formatted(cluster, caller.getName());
  }
}
