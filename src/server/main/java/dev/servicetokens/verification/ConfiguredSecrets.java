package dev.servicetokens.verification;

import dev.servicetokens.cluster.CoherentPrincipals;
import dev.servicetokens.text.TokenText;
import dev.servicetokens.token.TokenDigest;
import dev.servicetokens.token.TokenString;
import io.micronaut.context.event.ApplicationEventListener;
import io.micronaut.context.event.StartupEvent;
import jakarta.annotation.PreDestroy;
import jakarta.inject.Singleton;

/**
 * Masks configured token strings in texts that are shown or logged: they may look like anything, so
 * that only the digests tell which words are such. Begins when the server has started, ends with
 * it. Thread-safe.
 */
@Singleton
final class ConfiguredSecrets implements ApplicationEventListener<StartupEvent> {

  private final CoherentPrincipals principals;
  private Runnable end = () -> {};

  ConfiguredSecrets(CoherentPrincipals principals) {
    this.principals = principals;
  }

  @Override
  public void onApplicationEvent(StartupEvent event) {
    end =
        TokenText.hideAllOf(word -> principals.isConfigured(TokenDigest.of(TokenString.of(word))));
  }

  @PreDestroy
  void end() {
    end.run();
  }
}
