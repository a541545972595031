package dev.servicetokens.spring;

import static org.assertj.core.api.Assertions.assertThat;

import dev.servicetokens.client.TestTokens;
import java.io.IOException;
import java.net.CookieManager;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.springframework.boot.SpringBootConfiguration;
import org.springframework.boot.WebApplicationType;
import org.springframework.boot.autoconfigure.EnableAutoConfiguration;
import org.springframework.boot.builder.SpringApplicationBuilder;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.context.annotation.Bean;
import org.springframework.security.config.Customizer;
import org.springframework.security.config.annotation.web.builders.HttpSecurity;
import org.springframework.security.core.userdetails.User;
import org.springframework.security.core.userdetails.UserDetailsService;
import org.springframework.security.provisioning.InMemoryUserDetailsManager;
import org.springframework.security.web.SecurityFilterChain;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RestController;

/** A service with people, sessions and a filter chain of its own that takes service tokens, too. */
final class OwnChainTest {

  private static final TestTokens TOKENS = new TestTokens();

  private static ConfigurableApplicationContext context;
  private static String service;

  @SpringBootConfiguration
  @EnableAutoConfiguration
  @RestController
  static class Shop {

    @Bean
    SecurityFilterChain chain(HttpSecurity http) throws Exception {
      return http.authorizeHttpRequests(paths -> paths.anyRequest().authenticated())
          .formLogin(Customizer.withDefaults())
          .httpBasic(Customizer.withDefaults())
          .with(ServiceTokensHttpConfigurer.serviceTokens(), Customizer.withDefaults())
          .build();
    }

    @Bean
    UserDetailsService people() {
      return new InMemoryUserDetailsManager(
          User.withUsername("alice").password("{noop}wonderland").roles("ADMIN").build());
    }

    @GetMapping("/who")
    String who(java.security.Principal caller) {
      return caller.getName();
    }

    @PostMapping("/orders")
    String order(java.security.Principal caller) {
      return "ordered by " + caller.getName();
    }
  }

  @BeforeAll
  static void start() {
    context =
        new SpringApplicationBuilder(Shop.class)
            .web(WebApplicationType.SERVLET)
            .properties("server.port=0", "server.address=127.0.0.1")
            .initializers(
                starting -> starting.getBeanFactory().registerSingleton("testTokens", TOKENS))
            .run();
    service = "http://127.0.0.1:" + context.getEnvironment().getProperty("local.server.port");
  }

  @AfterAll
  static void stop() {
    context.close();
  }

  @Test
  void takesTokensWithoutASessionOrACsrfToken() {
    HttpClient client = browser();
    HttpResponse<String> ordered = send(client, "POST", "/orders", "X-API-Key", token());
    assertThat(ordered.statusCode()).isEqualTo(200);
    assertThat(ordered.headers().map()).doesNotContainKey("set-cookie");
  }

  @Test
  void stillKnowsPeople() {
    HttpClient client = browser();
    assertThat(send(client, "GET", "/who", "Authorization", basic()).body()).isEqualTo("alice");
    assertThat(send(client, "GET", "/who", "Accept", "text/html").statusCode()).isEqualTo(302);
    assertThat(send(client, "GET", "/who", "Accept", "application/json").statusCode())
        .isEqualTo(401);
  }

  /** A page of somebody else's can make a browser send a cookie, but no such header. */
  @Test
  void asksForACsrfTokenWhereNoTokenIsSent() {
    // 401, because forgery is looked for before anybody knows who calls.
    assertThat(send(browser(), "POST", "/orders", "Authorization", basic()).statusCode())
        .isEqualTo(401);
  }

  /** Else a wrong token would be a way around the protection of the session against forgery. */
  @Test
  void isNobodyElseWhoSendsAWrongToken() {
    assertThat(
            send(browser(), "POST", "/orders", "Authorization", basic(), "X-API-Key", "wrong")
                .statusCode())
        .isEqualTo(401);
    TOKENS.setUnavailable(true);
    try {
      assertThat(
              send(browser(), "POST", "/orders", "Authorization", basic(), "X-API-Key", "wrong")
                  .statusCode())
          .isEqualTo(503);
    } finally {
      TOKENS.setUnavailable(false);
    }
  }

  private static String token() {
    return TOKENS.create("ci");
  }

  private static String basic() {
    return "Basic YWxpY2U6d29uZGVybGFuZA==";
  }

  private static HttpClient browser() {
    return HttpClient.newBuilder().cookieHandler(new CookieManager()).build();
  }

  private static HttpResponse<String> send(
      HttpClient client, String method, String path, String... headers) {
    HttpRequest request =
        HttpRequest.newBuilder(URI.create(service + path))
            .method(method, BodyPublishers.noBody())
            .headers(headers)
            .build();
    try {
      return client.send(request, BodyHandlers.ofString());
    } catch (IOException e) {
      throw new AssertionError(e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new AssertionError(e);
    }
  }
}
