package dev.servicetokens.authentication;

import dev.servicetokens.cluster.CoherentPrincipals;
import dev.servicetokens.text.TokenText;
import dev.servicetokens.token.TokenDigest;
import dev.servicetokens.token.TokenString;
import io.micronaut.context.event.ApplicationEventListener;
import io.micronaut.context.event.StartupEvent;
import jakarta.annotation.PreDestroy;
import jakarta.inject.Singleton;

/**
 * Lets the token strings be found in texts that some server put in place by configuration, as long
 * as this one runs. Thread-safe.
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
