package dev.servicetokens.token;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.servicetokens.access.SubjectHandle;
import dev.servicetokens.text.InvalidInputException;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class TokenPolicyTest {

  private static final Instant NOW = Instant.parse("2026-06-01T12:00:00Z");
  private static final List<SubjectHandle> OTHER = List.of(new SubjectHandle("other"));
  private static final List<SubjectHandle> DEPLOYER =
      List.of(new SubjectHandle("other"), new SubjectHandle("deployer"));

  private static TokenPolicy policy(
      @Nullable Duration standard, @Nullable Duration maximum, Map<String, Duration> roles) {
    return new TokenPolicy(standard, maximum, new TreeMap<>(roles), false, null, null);
  }

  private static Duration days(long days) {
    return Duration.ofDays(days);
  }

  @Test
  void leavesEveryEndAsItIsWithoutLimits() {
    assertThat(TokenPolicy.NONE.endFor(OTHER, null, NOW)).isNull();
    assertThat(TokenPolicy.NONE.endFor(OTHER, NOW.plus(days(90_000)), NOW))
        .isEqualTo(NOW.plus(days(90_000)));
    assertThat(TokenPolicy.NONE.limitsLifetimes()).isFalse();
  }

  /** Days: the default, the maximum, the role's maximum; then the end that a token gets. */
  @ParameterizedTest
  @CsvSource({
    "30,,,30",
    ",90,,90",
    "30,90,,30",
    "30,90,7,7",
    ",90,7,7",
    ",,7,7",
    "30,,7,7",
    "3,,7,3"
  })
  void givesTheDefaultElseTheLongestLife(Long standard, Long maximum, Long ofRole, long given) {
    TokenPolicy policy =
        policy(
            standard == null ? null : days(standard),
            maximum == null ? null : days(maximum),
            ofRole == null ? Map.of() : Map.of("deployer", days(ofRole)));

    assertThat(policy.endFor(DEPLOYER, null, NOW)).isEqualTo(NOW.plus(days(given)));
  }

  @Test
  void doesNotLimitTokensWithoutTheRole() {
    TokenPolicy policy = policy(null, null, Map.of("deployer", days(7)));

    assertThat(policy.endFor(OTHER, null, NOW)).isNull();
    assertThat(policy.endFor(OTHER, NOW.plus(days(900)), NOW)).isEqualTo(NOW.plus(days(900)));
    policy.requireAllowed(OTHER, null, NOW);
  }

  @Test
  void namesTheLimitThatAnEndIsBeyond() {
    TokenPolicy policy = policy(null, days(90), Map.of("deployer", Duration.ofHours(36)));

    assertThatThrownBy(() -> policy.endFor(OTHER, NOW.plus(days(91)), NOW))
        .isInstanceOf(InvalidInputException.class)
        .hasMessageContainingAll("at most 90 days", "2026-08-30T12:00:00Z")
        .hasMessageNotContaining("role");
    assertThatThrownBy(() -> policy.endFor(DEPLOYER, NOW.plus(days(2)), NOW))
        .isInstanceOf(InvalidInputException.class)
        .hasMessageContainingAll("with the role 'deployer'", "36 hours", "2026-06-03T00:00:00Z");
  }

  /** A caller whose clock is ahead asks for the longest life, and shall not be refused for it. */
  @Test
  void takesAnEndOfAnotherClockForTheLimitAndNoLaterOne() {
    TokenPolicy policy = policy(null, days(90), Map.of());
    Instant latest = NOW.plus(days(90));

    assertThat(policy.endFor(OTHER, latest, NOW)).isEqualTo(latest);
    assertThat(policy.endFor(OTHER, latest.plusSeconds(60), NOW)).isEqualTo(latest);
    assertThatThrownBy(() -> policy.endFor(OTHER, latest.plusSeconds(60).plusMillis(1), NOW))
        .isInstanceOf(InvalidInputException.class);
  }

  @Test
  void onlyAnEndThatIsRequiredIsRefusedWhereNoneIsAskedFor() {
    TokenPolicy policy = new TokenPolicy(days(30), days(90), new TreeMap<>(), true, null, null);

    assertThatThrownBy(() -> policy.endFor(OTHER, null, NOW))
        .isInstanceOf(InvalidInputException.class)
        .hasMessageContaining("needs an end here, within 90 days");
    assertThat(policy.endFor(OTHER, NOW.plus(days(90)), NOW)).isEqualTo(NOW.plus(days(90)));
    assertThat(policy.limitsLifetimes()).isTrue();
  }

  /** A change of roles must not cut a token silently, nor leave it beyond its new role's limit. */
  @Test
  void refusesRolesWhoseLimitTheTokenIsBeyond() {
    TokenPolicy policy = policy(null, null, Map.of("deployer", days(7)));

    policy.requireAllowed(DEPLOYER, NOW.plus(days(7)), NOW);
    assertThatThrownBy(() -> policy.requireAllowed(DEPLOYER, null, NOW))
        .hasMessageContainingAll("'deployer'", "7 days", "2026-06-08T12:00:00Z");
    assertThatThrownBy(() -> policy.requireAllowed(DEPLOYER, NOW.plus(days(8)), NOW))
        .hasMessageContaining("'deployer'");
  }

  @ParameterizedTest
  @CsvSource({
    "P1D,1 day",
    "P400D,400 days",
    "PT36H,36 hours",
    "PT90M,90 minutes",
    "PT61S,61 seconds"
  })
  void saysDurationsInTheLargestWholeUnit(Duration duration, String words) {
    assertThat(TokenPolicy.inWords(duration)).isEqualTo(words);
  }
}
