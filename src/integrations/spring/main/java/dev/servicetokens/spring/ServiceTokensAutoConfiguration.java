package dev.servicetokens.spring;

import dev.servicetokens.client.ServiceTokenVerifier;
import dev.servicetokens.client.Verifier;
import dev.servicetokens.client.VerifierListener;
import io.micrometer.core.instrument.binder.MeterBinder;
import java.util.List;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.beans.factory.config.BeanDefinition;
import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.condition.ConditionalOnClass;
import org.springframework.boot.autoconfigure.condition.ConditionalOnMissingBean;
import org.springframework.boot.autoconfigure.condition.ConditionalOnProperty;
import org.springframework.boot.autoconfigure.condition.ConditionalOnWebApplication;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Conditional;
import org.springframework.context.annotation.Configuration;
import org.springframework.context.annotation.Role;
import org.springframework.core.Ordered;
import org.springframework.core.annotation.Order;
import org.springframework.security.access.expression.method.DefaultMethodSecurityExpressionHandler;
import org.springframework.security.access.expression.method.MethodSecurityExpressionHandler;
import org.springframework.security.authentication.AuthenticationManager;
import org.springframework.security.authentication.AuthenticationManagerResolver;
import org.springframework.security.authentication.AuthenticationProvider;
import org.springframework.security.authentication.BadCredentialsException;
import org.springframework.security.authentication.ReactiveAuthenticationManager;
import org.springframework.security.config.Customizer;
import org.springframework.security.config.annotation.web.builders.HttpSecurity;
import org.springframework.security.config.annotation.web.configurers.AbstractHttpConfigurer;
import org.springframework.security.config.http.SessionCreationPolicy;
import org.springframework.security.config.web.server.ServerHttpSecurity;
import org.springframework.security.core.userdetails.ReactiveUserDetailsService;
import org.springframework.security.core.userdetails.UserDetailsService;
import org.springframework.security.web.SecurityFilterChain;
import org.springframework.security.web.server.SecurityWebFilterChain;
import org.springframework.security.web.server.context.NoOpServerSecurityContextRepository;
import reactor.core.publisher.Mono;

/**
 * Protects a web application by service tokens. A service that has no security filter chain of its
 * own gets one in which every path but the open ones needs a live token; one that has adds {@link
 * ServiceTokensHttpConfigurer} or {@link ReactiveServiceTokens} to it.
 */
// By name, because Spring Boot 4 has them in other packages than 3; what is missing is left out.
@AutoConfiguration(
    beforeName = {
      "org.springframework.boot.actuate.autoconfigure.security.reactive.ReactiveManagementWebSecurityAutoConfiguration",
      "org.springframework.boot.actuate.autoconfigure.security.servlet.ManagementWebSecurityAutoConfiguration",
      "org.springframework.boot.autoconfigure.security.reactive.ReactiveSecurityAutoConfiguration",
      "org.springframework.boot.autoconfigure.security.reactive.ReactiveUserDetailsServiceAutoConfiguration",
      "org.springframework.boot.autoconfigure.security.servlet.SecurityAutoConfiguration",
      "org.springframework.boot.autoconfigure.security.servlet.UserDetailsServiceAutoConfiguration",
      "org.springframework.boot.security.autoconfigure.ReactiveUserDetailsServiceAutoConfiguration",
      "org.springframework.boot.security.autoconfigure.SecurityAutoConfiguration",
      "org.springframework.boot.security.autoconfigure.UserDetailsServiceAutoConfiguration",
      "org.springframework.boot.security.autoconfigure.actuate.web.reactive.ReactiveManagementWebSecurityAutoConfiguration",
      "org.springframework.boot.security.autoconfigure.actuate.web.servlet.ManagementWebSecurityAutoConfiguration",
      "org.springframework.boot.security.autoconfigure.web.reactive.ReactiveWebSecurityAutoConfiguration",
      "org.springframework.boot.security.autoconfigure.web.servlet.ServletWebSecurityAutoConfiguration"
    })
@ConditionalOnProperty(name = "service-tokens.enabled", matchIfMissing = true)
@EnableConfigurationProperties(ServiceTokensProperties.class)
public final class ServiceTokensAutoConfiguration {

  ServiceTokensAutoConfiguration() {}

  /**
   * The one verifier of the service, unless it has another: its tests do.
   *
   * @throws IllegalStateException if a setting is missing or wrong
   */
  @Bean(destroyMethod = "close")
  @ConditionalOnMissingBean(Verifier.class)
  ServiceTokenVerifier serviceTokenVerifier(
      ServiceTokensProperties settings, ObjectProvider<VerifierListener> listeners) {
    List<String> urls = settings.url();
    if (urls == null || urls.isEmpty()) {
      throw new IllegalStateException(
          "service-tokens.url is missing: give the address of the token server, such as"
              + " https://tokens.example.com");
    }
    String token = settings.token();
    if (token == null || token.isBlank()) {
      throw new IllegalStateException(
          "service-tokens.token is missing: give a token with the role token-verifier, from the"
              + " environment and not from a file that is committed");
    }
    try {
      ServiceTokenVerifier.Builder builder =
          ServiceTokenVerifier.builder(urls.get(0), token)
              .timeout(settings.timeout())
              .maximumTokens(settings.maximumTokens());
      urls.stream().skip(1).forEach(builder::url);
      listeners.ifUnique(builder::listener);
      if (settings.askEveryTime()) {
        builder.askEveryTime();
      }
      if (settings.requireAtStart()) {
        builder.requireAtStart();
      }
      return builder.build();
    } catch (IllegalArgumentException e) {
      throw new IllegalStateException("A setting of service-tokens is wrong. " + e.getMessage(), e);
    }
  }

  /** So that {@code hasPermission('cluster-1', 'deploy:prod')} is understood. */
  @Bean
  @Role(BeanDefinition.ROLE_INFRASTRUCTURE)
  @Conditional(NoOtherExpressionHandler.class)
  static MethodSecurityExpressionHandler serviceTokensMethodSecurityExpressionHandler() {
    DefaultMethodSecurityExpressionHandler handler = new DefaultMethodSecurityExpressionHandler();
    handler.setPermissionEvaluator(new ServiceTokenPermissionEvaluator());
    return handler;
  }

  /** For services with servlets. */
  @Configuration(proxyBeanMethods = false)
  @ConditionalOnWebApplication(type = ConditionalOnWebApplication.Type.SERVLET)
  @ConditionalOnClass({SecurityFilterChain.class, HttpSecurity.class})
  static class Servlet {

    /** Behind every chain of the service's own, of which there is none. */
    @Bean
    @Order(Ordered.LOWEST_PRECEDENCE - 5)
    @ConditionalOnMissingBean(SecurityFilterChain.class)
    SecurityFilterChain serviceTokensSecurityFilterChain(
        HttpSecurity http, ServiceTokensProperties settings) throws Exception {
      return http.authorizeHttpRequests(
              paths -> {
                if (!settings.openPaths().isEmpty()) {
                  paths.requestMatchers(settings.openPaths().toArray(String[]::new)).permitAll();
                }
                paths.anyRequest().authenticated();
              })
          .csrf(AbstractHttpConfigurer::disable)
          .logout(AbstractHttpConfigurer::disable)
          .requestCache(AbstractHttpConfigurer::disable)
          .sessionManagement(
              sessions -> sessions.sessionCreationPolicy(SessionCreationPolicy.STATELESS))
          .with(ServiceTokensHttpConfigurer.serviceTokens(), Customizer.withDefaults())
          .build();
    }

    /**
     * Keeps Spring Boot from making a user with a password that it writes into the log: nobody logs
     * in. Nothing else asks for this bean.
     */
    @Bean
    @ConditionalOnMissingBean({
      AuthenticationManager.class,
      AuthenticationProvider.class,
      AuthenticationManagerResolver.class,
      UserDetailsService.class
    })
    AuthenticationManagerResolver<Object> serviceTokensHaveNoUsers() {
      return context ->
          login -> {
            throw new BadCredentialsException("This service has no users");
          };
    }
  }

  /** For reactive services. */
  @Configuration(proxyBeanMethods = false)
  @ConditionalOnWebApplication(type = ConditionalOnWebApplication.Type.REACTIVE)
  @ConditionalOnClass({SecurityWebFilterChain.class, ServerHttpSecurity.class})
  static class Reactive {

    @Bean
    ReactiveServiceTokens reactiveServiceTokens(
        Verifier verifier, ServiceTokensProperties settings) {
      return new ReactiveServiceTokens(verifier, settings);
    }

    @Bean
    @ConditionalOnMissingBean(SecurityWebFilterChain.class)
    SecurityWebFilterChain serviceTokensSecurityWebFilterChain(
        ServerHttpSecurity http, ReactiveServiceTokens tokens, ServiceTokensProperties settings) {
      return tokens
          .protect(http)
          .authorizeExchange(
              paths -> {
                if (!settings.openPaths().isEmpty()) {
                  paths.pathMatchers(settings.openPaths().toArray(String[]::new)).permitAll();
                }
                paths.anyExchange().authenticated();
              })
          .csrf(ServerHttpSecurity.CsrfSpec::disable)
          .logout(ServerHttpSecurity.LogoutSpec::disable)
          .requestCache(ServerHttpSecurity.RequestCacheSpec::disable)
          .securityContextRepository(NoOpServerSecurityContextRepository.getInstance())
          .build();
    }

    /** As for servlets: without it Spring Boot makes a user with a password. */
    @Bean
    @ConditionalOnMissingBean({
      ReactiveAuthenticationManager.class,
      ReactiveUserDetailsService.class
    })
    ReactiveAuthenticationManager serviceTokensHaveNoUsers() {
      return login -> Mono.error(new BadCredentialsException("This service has no users"));
    }
  }

  /** For services with Micrometer. */
  @Configuration(proxyBeanMethods = false)
  @ConditionalOnClass(MeterBinder.class)
  static class Meters {

    @Bean
    @ConditionalOnMissingBean
    VerifierMeters serviceTokenVerifierMeters() {
      return new VerifierMeters();
    }
  }
}
