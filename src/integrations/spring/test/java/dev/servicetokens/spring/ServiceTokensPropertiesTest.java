package dev.servicetokens.spring;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.servicetokens.client.PresentedCredentials.Scheme;
import dev.servicetokens.spring.ServiceTokensProperties.WhenUnavailable;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.springframework.beans.factory.support.DefaultListableBeanFactory;
import org.springframework.boot.context.properties.bind.Binder;
import org.springframework.boot.context.properties.source.MapConfigurationPropertySource;

/** The settings by their names, and what is said when one is missing or wrong. */
final class ServiceTokensPropertiesTest {

  private static final String TOKEN = "a-secret-that-nobody-may-see";

  @Test
  void hasSafeDefaults() {
    ServiceTokensProperties settings = bound(Map.of());
    assertThat(settings.enabled()).isTrue();
    assertThat(settings.url()).isNull();
    assertThat(settings.token()).isNull();
    assertThat(settings.timeout()).isEqualTo(Duration.ofSeconds(3));
    assertThat(settings.maximumTokens()).isEqualTo(100_000);
    assertThat(settings.askEveryTime()).isFalse();
    assertThat(settings.requireAtStart()).isFalse();
    assertThat(settings.credentials()).containsExactlyInAnyOrder(Scheme.values());
    assertThat(settings.whenUnavailable()).isEqualTo(WhenUnavailable.REFUSE);
    assertThat(settings.openPaths()).containsExactly("/actuator/health", "/actuator/health/**");
  }

  @Test
  void readsEachSettingAndShowsNoToken() {
    ServiceTokensProperties settings =
        bound(
            Map.of(
                "service-tokens.enabled", "false",
                "service-tokens.url", "https://a.example.com,https://b.example.com",
                "service-tokens.token", TOKEN,
                "service-tokens.timeout", "2s",
                "service-tokens.maximum-tokens", "7",
                "service-tokens.ask-every-time", "true",
                "service-tokens.require-at-start", "true",
                "service-tokens.credentials", "x-api-key,bearer",
                "service-tokens.when-unavailable", "anonymous",
                "service-tokens.open-paths", "/open"));
    assertThat(settings.enabled()).isFalse();
    assertThat(settings.url()).containsExactly("https://a.example.com", "https://b.example.com");
    assertThat(settings.token()).isEqualTo(TOKEN);
    assertThat(settings.timeout()).isEqualTo(Duration.ofSeconds(2));
    assertThat(settings.maximumTokens()).isEqualTo(7);
    assertThat(settings.askEveryTime()).isTrue();
    assertThat(settings.requireAtStart()).isTrue();
    assertThat(settings.credentials()).containsExactlyInAnyOrder(Scheme.X_API_KEY, Scheme.BEARER);
    assertThat(settings.whenUnavailable()).isEqualTo(WhenUnavailable.ANONYMOUS);
    assertThat(settings.openPaths()).containsExactly("/open");
    assertThat(settings.toString()).doesNotContain(TOKEN);
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

  private static void assertFails(Map<String, String> properties, String message) {
    DefaultListableBeanFactory noListeners = new DefaultListableBeanFactory();
    assertThatThrownBy(
            () ->
                new ServiceTokensAutoConfiguration()
                    .serviceTokenVerifier(
                        bound(properties),
                        noListeners.getBeanProvider(
                            dev.servicetokens.client.VerifierListener.class)))
        .isInstanceOf(IllegalStateException.class)
        .hasMessageContaining(message)
        .hasMessageNotContaining(TOKEN);
  }

  private static ServiceTokensProperties bound(Map<String, String> properties) {
    return new Binder(List.of(new MapConfigurationPropertySource(properties)))
        .bindOrCreate("service-tokens", ServiceTokensProperties.class);
  }
}
