package dev.servicetokens.spring;

import dev.servicetokens.client.PresentedCredentials;
import dev.servicetokens.client.PresentedCredentials.Found;
import dev.servicetokens.client.Verifier;
import jakarta.servlet.http.HttpServletRequest;
import java.util.Collections;
import org.springframework.context.ApplicationContext;
import org.springframework.http.HttpHeaders;
import org.springframework.http.MediaType;
import org.springframework.security.config.annotation.web.builders.HttpSecurity;
import org.springframework.security.config.annotation.web.configurers.AbstractHttpConfigurer;
import org.springframework.security.config.annotation.web.configurers.CsrfConfigurer;
import org.springframework.security.config.annotation.web.configurers.ExceptionHandlingConfigurer;
import org.springframework.security.web.access.ExceptionTranslationFilter;
import org.springframework.security.web.authentication.AnonymousAuthenticationFilter;

/**
 * Lets a security filter chain of a service's own take service tokens:
 *
 * <pre>{@code
 * http.with(ServiceTokensHttpConfigurer.serviceTokens(), Customizer.withDefaults())
 * }</pre>
 */
public final class ServiceTokensHttpConfigurer
    extends AbstractHttpConfigurer<ServiceTokensHttpConfigurer, HttpSecurity> {

  private ServiceTokensHttpConfigurer() {}

  /** A new one, for one chain. */
  public static ServiceTokensHttpConfigurer serviceTokens() {
    return new ServiceTokensHttpConfigurer();
  }

  @Override
  @SuppressWarnings("unchecked") // A configurer is looked for by its class, which says no type.
  public void init(HttpSecurity http) {
    PresentedCredentials credentials = credentials(http);
    ExceptionHandlingConfigurer<HttpSecurity> refusals =
        http.getConfigurer(ExceptionHandlingConfigurer.class);
    if (refusals != null) {
      // Beside a login page, only what programs ask for is answered with 401 instead of that page.
      refusals.defaultAuthenticationEntryPointFor(
          new ServiceTokenEntryPoint(settings(http).credentials()),
          request -> isPresented(credentials, request) || !isBrowser(request));
    }
    CsrfConfigurer<HttpSecurity> csrf = http.getConfigurer(CsrfConfigurer.class);
    if (csrf != null) {
      // A foreign page cannot make a browser send these headers, and who sends one is nobody else.
      csrf.ignoringRequestMatchers(request -> isPresented(credentials, request));
    }
  }

  @Override
  public void configure(HttpSecurity http) {
    ServiceTokenFilter filter =
        new ServiceTokenFilter(context(http).getBean(Verifier.class), settings(http));
    filter.setSecurityContextHolderStrategy(getSecurityContextHolderStrategy());
    http.addFilterBefore(filter, AnonymousAuthenticationFilter.class);
    http.addFilterAfter(
        new ServiceTokenRefusalFilter(new ServiceTokenEntryPoint(settings(http).credentials())),
        ExceptionTranslationFilter.class);
  }

  private static boolean isPresented(PresentedCredentials credentials, HttpServletRequest request) {
    return !(credentials.read(name -> Collections.list(request.getHeaders(name)))
        instanceof Found.None);
  }

  private static boolean isBrowser(HttpServletRequest request) {
    String accept = request.getHeader(HttpHeaders.ACCEPT);
    return accept != null && accept.contains(MediaType.TEXT_HTML_VALUE);
  }

  private static PresentedCredentials credentials(HttpSecurity http) {
    return PresentedCredentials.of(settings(http).credentials());
  }

  private static ServiceTokensProperties settings(HttpSecurity http) {
    return context(http).getBean(ServiceTokensProperties.class);
  }

  private static ApplicationContext context(HttpSecurity http) {
    return http.getSharedObject(ApplicationContext.class);
  }
}
