package dev.servicetokens.cluster;

import static dev.servicetokens.access.Permission.GET_SERVICE_TOKENS;
import static dev.servicetokens.access.Permission.GET_VIEWS;
import static dev.servicetokens.access.Permission.UPDATE_VIEWS;
import static org.assertj.core.api.Assertions.assertThat;

import dev.servicetokens.access.Permission;
import dev.servicetokens.access.PermissionSet;
import dev.servicetokens.access.Principal;
import dev.servicetokens.access.SubjectHandle;
import dev.servicetokens.token.NewServiceToken;
import dev.servicetokens.token.ServiceToken;
import dev.servicetokens.token.TokenDigest;
import dev.servicetokens.token.TokenId;
import dev.servicetokens.token.TokenString;
import java.time.Instant;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** What every {@link PrincipalQuery} keeps to; each test begins without tokens and subjects. */
public abstract class PrincipalQuerySuite {

  private static final TokenDigest DIGEST = TokenDigest.of(TokenString.of("the token's"));
  private static final Instant NOW = Instant.parse("2026-06-01T12:00:00Z");

  /** The one to test. */
  protected abstract PrincipalQuery principals();

  /** Adds a token. */
  protected abstract void add(ServiceToken token, TokenDigest digest);

  /** Makes a subject with a permission of that name. */
  protected abstract void makeSubject(String handle, String permission, String resource);

  /** Defines a permission. */
  protected abstract void define(String permission);

  @Test
  void findsNobodyForADigestThatIsNobodys() {
    add(token(null, "stackstate-guest"), DIGEST);

    assertThat(principals().find(TokenDigest.of(TokenString.of("another"))).answer().found())
        .isEmpty();
  }

  @Test
  void knowsTheTokenItsRolesAndItsEnd() {
    Instant end = Instant.parse("2026-06-01T12:00:00.001Z");
    add(token(end, "z", "stackstate-guest", "a"), DIGEST);

    Principal found = found();

    assertThat(found.tokenId()).isEqualTo(123_456_789_012_345L);
    assertThat(found.name()).isEqualTo("Jenkins");
    assertThat(found.roles())
        .extracting(SubjectHandle::value)
        .containsExactly("z", "stackstate-guest", "a");
    assertThat(found.expiresAt()).isEqualTo(end);
  }

  /** Whoever asks compares the end with the clock, so that a cache may keep the answer. */
  @Test
  void findsExpiredOnesToo() {
    add(token(Instant.EPOCH, "stackstate-guest"), DIGEST);

    assertThat(found().isLiveAt(NOW)).isFalse();
  }

  @Test
  void unitesWhatConfigurationAndSubjectsAllow() {
    makeSubject("team", "update-views", "view-1");
    makeSubject("others", "get-service-tokens", "system");
    add(token(null, "stackstate-guest", "team"), DIGEST);

    PermissionSet permissions = found().permissions();

    assertThat(permissions.allows(GET_VIEWS, "view-2")).isTrue();
    assertThat(permissions.allows(UPDATE_VIEWS, "view-1")).isTrue();
    assertThat(permissions.allows(UPDATE_VIEWS, "view-2")).isFalse();
    assertThat(permissions.allows(GET_SERVICE_TOKENS, "system")).isFalse();
  }

  @Test
  void allowsAPermissionOfOnesOwnOnlyWhereItIsDefined() {
    makeSubject("team", "deploy:prod", "cluster-1");
    add(token(null, "team"), DIGEST);

    assertThat(found().permissions()).isEqualTo(PermissionSet.NONE);
    define("deploy:prod");
    assertThat(found().permissions().allows(Permission.of("deploy:prod"), "cluster-1")).isTrue();
    assertThat(found().permissions().allows(Permission.of("deploy:prod"), "cluster-2")).isFalse();
    assertThat(found().defined().contain(Permission.of("deploy:prod"))).isTrue();
  }

  @Test
  void allowsEveryPermissionThatIsDefinedToWhoHoldsEveryOne() {
    add(token(null, "stackstate-admin"), DIGEST);

    assertThat(found().permissions().allows(Permission.of("deploy:prod"), "system")).isFalse();
    define("deploy:prod");
    assertThat(found().permissions().allows(Permission.of("deploy:prod"), "system")).isTrue();
  }

  @Test
  void allowsNothingForRolesThatAreGone() {
    add(token(null, "gone"), DIGEST);

    assertThat(found().permissions()).isEqualTo(PermissionSet.NONE);
  }

  private Principal found() {
    return principals().find(DIGEST).answer().found().orElseThrow();
  }

  private static ServiceToken token(@Nullable Instant end, String... roles) {
    return ServiceToken.created(
        new TokenId(123_456_789_012_345L),
        new NewServiceToken(
            "Jenkins", null, Stream.of(roles).map(SubjectHandle::new).toList(), end),
        null,
        NOW);
  }
}
