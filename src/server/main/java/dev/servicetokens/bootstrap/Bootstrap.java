package dev.servicetokens.bootstrap;

import dev.servicetokens.text.TokenText;
import dev.servicetokens.token.TokenDigest;
import dev.servicetokens.token.TokenString;
import io.micronaut.context.event.ApplicationEventListener;
import io.micronaut.context.event.StartupEvent;
import jakarta.annotation.PreDestroy;
import jakarta.inject.Singleton;
import java.util.Optional;

/** Puts the first credentials in place when the server starts, before it listens. */
@Singleton
final class Bootstrap implements ApplicationEventListener<StartupEvent> {

  private final BootstrapConfiguration configuration;
  private final BootstrapTokens bootstrapTokens;
  private final AdministratorTokenFile administratorTokenFile;
  private Runnable end = () -> {};

  Bootstrap(
      BootstrapConfiguration configuration,
      BootstrapTokens bootstrapTokens,
      AdministratorTokenFile administratorTokenFile) {
    this.configuration = configuration;
    this.bootstrapTokens = bootstrapTokens;
    this.administratorTokenFile = administratorTokenFile;
  }

  @Override
  public void onApplicationEvent(StartupEvent event) {
    Optional<TokenDigest> configured = ConfiguredSecret.digest(configuration);
    if (configured.isPresent()) {
      hide(configured.get());
      bootstrapTokens.putInPlace(configured.get(), configuration);
    } else {
      bootstrapTokens.createAdministratorOnFirstStart(
          issued -> administratorTokenFile.write(issued.secret()));
    }
  }

  /**
   * Where configuration gives the digest alone, the token string is known when somebody shows it.
   * What the database knows of such is read a moment after the first requests may come.
   */
  private void hide(TokenDigest configured) {
    if (ConfiguredSecret.variable(configuration).equals(ConfiguredSecret.TOKEN_SHA256)) {
      end = TokenText.hideAllOf(word -> TokenDigest.of(TokenString.of(word)).equals(configured));
    }
  }

  @PreDestroy
  void end() {
    end.run();
  }
}
