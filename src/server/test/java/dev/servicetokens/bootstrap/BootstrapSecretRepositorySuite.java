package dev.servicetokens.bootstrap;

import static org.assertj.core.api.Assertions.assertThat;

import dev.servicetokens.token.TokenDigest;
import dev.servicetokens.token.TokenString;
import org.junit.jupiter.api.Test;

/** What every {@link BootstrapSecretRepository} keeps to; each test begins with an empty one. */
public abstract class BootstrapSecretRepositorySuite {

  private static final TokenDigest ONE = TokenDigest.of(TokenString.of("one"));
  private static final TokenDigest OTHER = TokenDigest.of(TokenString.of("other"));

  /** The one to test. */
  protected abstract BootstrapSecretRepository secrets();

  @Test
  void remembersEachOnce() {
    assertThat(secrets().add(ONE)).isTrue();
    assertThat(secrets().add(OTHER)).isTrue();
    assertThat(secrets().add(ONE)).isFalse();

    assertThat(secrets().all()).containsExactlyInAnyOrder(ONE, OTHER);
  }

  @Test
  void remembersNothingAtFirst() {
    assertThat(secrets().all()).isEmpty();
  }
}
