package dev.servicetokens.micronaut;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.servicetokens.client.PresentedCredentials.Scheme;
import dev.servicetokens.client.TestTokens;
import dev.servicetokens.micronaut.ServiceTokensConfiguration.WhenUnavailable;
import io.micronaut.context.ApplicationContext;
import io.micronaut.context.ApplicationContextBuilder;
import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** The settings by their names, and what is said when one is missing or wrong. */
final class ServiceTokensConfigurationTest {

  private static final String TOKEN = "a-secret-that-nobody-may-see";

  @Test
  void hasSafeDefaults() {
    try (ApplicationContext context = context(Map.of()).singletons(new TestTokens()).start()) {
      ServiceTokensConfiguration settings = context.getBean(ServiceTokensConfiguration.class);
      assertThat(settings.url()).isNullOrEmpty();
      assertThat(settings.token()).isNull();
      assertThat(settings.timeout()).isEqualTo(Duration.ofSeconds(3));
      assertThat(settings.maximumTokens()).isEqualTo(100_000);
      assertThat(settings.askEveryTime()).isFalse();
      assertThat(settings.requireAtStart()).isFalse();
      assertThat(settings.credentials()).containsExactlyInAnyOrder(Scheme.values());
      assertThat(settings.whenUnavailable()).isEqualTo(WhenUnavailable.REFUSE);
    }
  }

  @Test
  void readsEachSettingAndShowsNoToken() {
    Map<String, Object> properties =
        Map.of(
            "service-tokens.url", "https://a.example.com,https://b.example.com",
            "service-tokens.token", TOKEN,
            "service-tokens.timeout", "2s",
            "service-tokens.maximum-tokens", "7",
            "service-tokens.ask-every-time", "true",
            "service-tokens.require-at-start", "true",
            "service-tokens.credentials", "x-api-key,bearer",
            "service-tokens.when-unavailable", "anonymous");
    try (ApplicationContext context = context(properties).singletons(new TestTokens()).start()) {
      ServiceTokensConfiguration settings = context.getBean(ServiceTokensConfiguration.class);
      assertThat(settings.url()).containsExactly("https://a.example.com", "https://b.example.com");
      assertThat(settings.token()).isEqualTo(TOKEN);
      assertThat(settings.timeout()).isEqualTo(Duration.ofSeconds(2));
      assertThat(settings.maximumTokens()).isEqualTo(7);
      assertThat(settings.askEveryTime()).isTrue();
      assertThat(settings.requireAtStart()).isTrue();
      assertThat(settings.credentials()).containsExactlyInAnyOrder(Scheme.X_API_KEY, Scheme.BEARER);
      assertThat(settings.whenUnavailable()).isEqualTo(WhenUnavailable.ANONYMOUS);
      assertThat(settings.toString()).doesNotContain(TOKEN);
    }
  }

  @Test
  void namesTheSettingThatIsMissingOrWrong() {
    assertFails(Map.of(), "service-tokens.url is missing");
    assertFails(Map.of("service-tokens.url", "https://a.example.com"), "service-tokens.token");
    assertFails(
        Map.of("service-tokens.url", "nonsense", "service-tokens.token", TOKEN),
        "A setting of service-tokens is wrong");
    assertFails(
        Map.of(
            "service-tokens.url",
            "https://a.example.com",
            "service-tokens.token",
            TOKEN + " " + TOKEN),
        "A setting of service-tokens is wrong");
  }

  private static void assertFails(Map<String, Object> properties, String message) {
    assertThatThrownBy(() -> context(properties).start().close())
        .hasStackTraceContaining(message)
        .satisfies(
            failure -> {
              for (Throwable cause = failure; cause != null; cause = cause.getCause()) {
                assertThat(cause.getMessage()).doesNotContain(TOKEN);
              }
            });
  }

  private static ApplicationContextBuilder context(Map<String, Object> properties) {
    return ApplicationContext.builder().properties(properties);
  }
}
