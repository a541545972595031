package dev.servicetokens.client;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.servicetokens.client.PresentedCredentials.Found;
import dev.servicetokens.client.PresentedCredentials.Scheme;
import java.security.SecureRandom;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

/** What a service takes for a token string, as the server's own CredentialReaderTest has it. */
final class PresentedCredentialsTest {

  private static final Found NONE = new Found.None();
  private static final Found HOPELESS = new Found.Hopeless();
  private static final String JWT = "eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiJhIn0.c2lnbmF0dXJl";

  private final String token = TokenText.generate(new SecureRandom());

  @Test
  void readsEachSchemeInAnyCaseAndWithBlanks() {
    for (String line :
        List.of(
            "Authorization: ApiKey " + token,
            "Authorization:   APIKEY   " + token + "  ",
            "Authorization: Bearer " + token,
            "X-API-Key: " + token,
            "X-API-Token: " + token)) {
      assertThat(read(line)).as(line).isEqualTo(new Found.Token(token));
    }
  }

  @Test
  void takesTheSameTokenTwiceForOne() {
    assertThat(read("Authorization: Bearer " + token, "X-API-Key: " + token, "X-API-Key: " + token))
        .isEqualTo(new Found.Token(token));
  }

  @Test
  void doesNotChooseBetweenTwo() {
    assertThat(read("Authorization: ApiKey " + token, "X-API-Key: other")).isEqualTo(HOPELESS);
    assertThat(read("X-API-Key: " + token, "X-API-Key: other")).isEqualTo(HOPELESS);
    assertThat(read("X-API-Key: a", "X-API-Key: b", "X-API-Key: a")).isEqualTo(HOPELESS);
    assertThat(read("Authorization: ApiKey a", "Authorization: ApiKey b")).isEqualTo(HOPELESS);
  }

  @Test
  void leavesToOthersWhatIsTheirs() {
    assertThat(read()).isEqualTo(NONE);
    assertThat(read("Authorization: Bearer " + JWT)).isEqualTo(NONE);
    assertThat(read("Authorization: Basic YTpi")).isEqualTo(NONE);
    assertThat(read("Authorization: ApiKey")).isEqualTo(NONE);
    assertThat(read("Authorization: ApiKey   ")).isEqualTo(NONE);
    assertThat(read("Authorization: ApiKeys " + token)).isEqualTo(NONE);
    assertThat(read("X-API-Key: ")).isEqualTo(NONE);
    assertThat(read("Authorization: Bearer " + JWT, "X-API-Key: " + token))
        .isEqualTo(new Found.Token(token));
    // A token whose last character was mistyped is none of ours, so Bearer has it for others.
    String mistyped = token.substring(0, 44) + (token.charAt(44) == 'a' ? 'b' : 'a');
    assertThat(read("Authorization: Bearer " + mistyped)).isEqualTo(NONE);
    assertThat(read("Authorization: Bearer svctok-" + "é".repeat(38))).isEqualTo(NONE);
  }

  @Test
  void asksNobodyAboutWhatNoTokenIs() {
    assertThat(read("X-API-Key: " + "x".repeat(1000))).isEqualTo(new Found.Token("x".repeat(1000)));
    assertThat(read("X-API-Key: " + "x".repeat(1001))).isEqualTo(HOPELESS);
    assertThat(read("X-API-Key: a b")).isEqualTo(HOPELESS);
    assertThat(read("X-API-Key: a\u0000b")).isEqualTo(HOPELESS);
    assertThat(read("X-API-Key: é")).isEqualTo(HOPELESS);
    assertThat(read("X-API-Key: é", "X-API-Key: " + token)).isEqualTo(HOPELESS);
  }

  @Test
  void readsOnlyWhatItIsToldTo() {
    PresentedCredentials header = PresentedCredentials.of(Set.of(Scheme.X_API_KEY));
    assertThat(read(header, "Authorization: ApiKey " + token)).isEqualTo(NONE);
    assertThat(read(header, "X-API-Key: " + token)).isEqualTo(new Found.Token(token));
    PresentedCredentials bearer = PresentedCredentials.of(Set.of(Scheme.BEARER));
    assertThat(read(bearer, "X-API-Key: " + token)).isEqualTo(NONE);
    assertThat(read(bearer, "Authorization: ApiKey " + token)).isEqualTo(NONE);
    assertThatThrownBy(() -> PresentedCredentials.of(Set.of()))
        .isInstanceOf(IllegalArgumentException.class);
  }

  @Test
  void showsNoToken() {
    assertThat(read("X-API-Key: " + token).toString()).doesNotContain(token);
  }

  @Test
  void knowsItsOwnTokensInTests() {
    TestTokens tokens = new TestTokens();
    String made = tokens.create("ci", "deploy:prod");
    assertThat(read("Authorization: Bearer " + made)).isEqualTo(new Found.Token(made));
    assertThat(tokens.verify(made, null)).isInstanceOf(Verification.Live.class);
    assertThat(tokens.verify(token, null)).isInstanceOf(Verification.NotLive.class);
    assertThat(tokens.verify(null, null)).isInstanceOf(Verification.NotLive.class);
    tokens.setUnavailable(true);
    assertThat(tokens.verify(made, null)).isInstanceOf(Verification.Unavailable.class);
    tokens.setUnavailable(false);
    tokens.delete(made);
    assertThat(tokens.verify(made, null)).isInstanceOf(Verification.NotLive.class);
  }

  private static Found read(String... lines) {
    return read(PresentedCredentials.all(), lines);
  }

  private static Found read(PresentedCredentials credentials, String... lines) {
    Map<String, List<String>> headers =
        Arrays.stream(lines)
            .collect(
                Collectors.groupingBy(
                    line -> line.substring(0, line.indexOf(':')),
                    Collectors.mapping(
                        line -> line.substring(line.indexOf(':') + 2), Collectors.toList())));
    return credentials.read(headers::get);
  }
}
