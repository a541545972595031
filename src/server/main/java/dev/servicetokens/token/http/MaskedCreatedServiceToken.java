package dev.servicetokens.token.http;

import dev.servicetokens.generated.model.CreatedServiceToken;
import io.micronaut.serde.annotation.Serdeable;
import org.jspecify.annotations.Nullable;

/**
 * The generated answer, but for its {@code toString}: the generated one has the secret in it, and
 * the framework logs response bodies at TRACE.
 */
@Serdeable
final class MaskedCreatedServiceToken extends CreatedServiceToken {

  MaskedCreatedServiceToken(String name, String token, @Nullable Long expiration) {
    super(name, token);
    setExpiration(expiration);
  }

  @Override
  public String toString() {
    return "CreatedServiceToken(name: " + getName() + ", token: svctok-…)";
  }
}
