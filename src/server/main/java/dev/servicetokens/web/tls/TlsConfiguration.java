package dev.servicetokens.web.tls;

import dev.servicetokens.startup.StartRefusal;
import io.micronaut.context.annotation.ConfigurationProperties;
import io.micronaut.context.annotation.Context;
import org.jspecify.annotations.Nullable;

/**
 * The files that make the server speak TLS. Both or none are set.
 *
 * @param certificate path of a file with the certificate, in PEM, and those that signed it
 * @param key path of a file with its private key, in PEM; it may be the same file
 */
@Context
@ConfigurationProperties("service-tokens.tls")
public record TlsConfiguration(@Nullable String certificate, @Nullable String key) {

  static final String CERTIFICATE = "SERVICE_TOKENS_TLS_CERTIFICATE";
  static final String KEY = "SERVICE_TOKENS_TLS_KEY";

  /**
   * Checks that both or none are set; the files are read later.
   *
   * @throws StartRefusal if only one is: the server would speak plain HTTP to people who think it
   *     does not
   */
  public TlsConfiguration {
    if ((certificate == null) != (key == null)) {
      throw new StartRefusal(
          "%s is set without %s: set both to speak TLS, or none"
              .formatted(
                  certificate == null ? KEY : CERTIFICATE,
                  certificate == null ? CERTIFICATE : KEY));
    }
  }

  /** Whether the server speaks TLS. */
  public boolean isOn() {
    return certificate != null;
  }
}
