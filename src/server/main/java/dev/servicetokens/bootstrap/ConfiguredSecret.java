package dev.servicetokens.bootstrap;

import dev.servicetokens.startup.SettingFile;
import dev.servicetokens.startup.StartRefusal;
import dev.servicetokens.text.TokenText;
import dev.servicetokens.token.TokenDigest;
import dev.servicetokens.token.TokenString;
import java.nio.charset.StandardCharsets;
import java.util.Optional;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** Finds the digest of the configured bootstrap token. No message shows any part of the secret. */
final class ConfiguredSecret {

  private static final String TOKEN = "SERVICE_TOKENS_BOOTSTRAP_TOKEN";
  static final String TOKEN_FILE = "SERVICE_TOKENS_BOOTSTRAP_TOKEN_FILE";
  static final String TOKEN_SHA256 = "SERVICE_TOKENS_BOOTSTRAP_TOKEN_SHA256";
  private static final int MIN_LENGTH = 20;
  private static final int MAX_LENGTH = 1000;
  private static final int MAX_BYTES = 4096;

  private ConfiguredSecret() {}

  /**
   * The digest; empty if no bootstrap token is configured.
   *
   * @throws StartRefusal if two ways are used at once, or the one that is used cannot work
   */
  static Optional<TokenDigest> digest(BootstrapConfiguration configuration) {
    @Nullable String token = blankToNull(configuration.token());
    @Nullable String file = blankToNull(configuration.tokenFile());
    @Nullable String sha256 = blankToNull(configuration.tokenSha256());
    if (Stream.of(token, file, sha256).filter(value -> value != null).count() > 1) {
      throw new StartRefusal(
          "Set only one of %s, %s and %s".formatted(TOKEN, TOKEN_FILE, TOKEN_SHA256));
    }
    if (token != null) {
      return Optional.of(digestOf(token, TOKEN));
    }
    if (file != null) {
      return Optional.of(digestOf(content(file), TOKEN_FILE));
    }
    return Optional.ofNullable(sha256).map(ConfiguredSecret::ofHex);
  }

  /** The variable that says it; empty if no bootstrap token is configured. */
  static String variable(BootstrapConfiguration configuration) {
    if (blankToNull(configuration.token()) != null) {
      return TOKEN;
    }
    if (blankToNull(configuration.tokenFile()) != null) {
      return TOKEN_FILE;
    }
    return blankToNull(configuration.tokenSha256()) != null ? TOKEN_SHA256 : "";
  }

  private static TokenDigest digestOf(String token, String variable) {
    boolean isVisibleAscii = token.chars().allMatch(c -> c > ' ' && c < 127);
    if (!isVisibleAscii || token.length() < MIN_LENGTH || token.length() > MAX_LENGTH) {
      throw new StartRefusal(
          "%s must give %d to %d visible ASCII characters without blanks; 'openssl rand -hex 32' makes some"
              .formatted(variable, MIN_LENGTH, MAX_LENGTH));
    }
    TokenText.hide(token);
    return TokenDigest.of(TokenString.of(token));
  }

  /** Without the line break or blanks around it; what is no ASCII is none of a token's letters. */
  private static String content(String file) {
    byte[] bytes = SettingFile.read(TOKEN_FILE, file, MAX_BYTES);
    return new String(bytes, StandardCharsets.ISO_8859_1).strip();
  }

  private static TokenDigest ofHex(String sha256) {
    try {
      return TokenDigest.ofHex(sha256.strip());
    } catch (IllegalArgumentException e) {
      throw new StartRefusal(
          TOKEN_SHA256 + " must be the SHA-256 of a token string, 64 hexadecimal digits", e);
    }
  }

  private static @Nullable String blankToNull(@Nullable String value) {
    return value == null || value.isBlank() ? null : value;
  }
}
