package dev.servicetokens.bootstrap;

import io.micronaut.context.annotation.ConfigurationProperties;
import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The configured bootstrap token. At most one of the first three is set; blank is the same as
 * absent. The defaults are in application.yml: a default in code would hide a value of a wrong
 * type.
 *
 * @param token the token string itself
 * @param tokenFile path of a file that holds it
 * @param tokenSha256 its SHA-256 as 64 hexadecimal digits
 * @param roles handles of its roles
 * @param ttl how long it lives from the start that puts it in place
 * @param dedicatedSubject its dedicated subject, or null
 */
@ConfigurationProperties("service-tokens.bootstrap")
record BootstrapConfiguration(
    @Nullable String token,
    @Nullable String tokenFile,
    @Nullable String tokenSha256,
    List<String> roles,
    Duration ttl,
    @Nullable String dedicatedSubject) {

  /** Names no secret. */
  @Override
  public String toString() {
    return "BootstrapConfiguration[roles=%s, ttl=%s, dedicatedSubject=%s]"
        .formatted(roles, ttl, dedicatedSubject);
  }
}
