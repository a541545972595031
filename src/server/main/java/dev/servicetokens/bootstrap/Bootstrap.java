package dev.servicetokens.bootstrap;

import dev.servicetokens.token.TokenDigest;
import io.micronaut.context.event.ApplicationEventListener;
import io.micronaut.context.event.StartupEvent;
import jakarta.inject.Singleton;
import java.util.Optional;

/** Puts the first credentials in place when the server starts, before it listens. */
@Singleton
final class Bootstrap implements ApplicationEventListener<StartupEvent> {

  private final BootstrapConfiguration configuration;
  private final BootstrapTokens bootstrapTokens;
  private final AdministratorTokenFile administratorTokenFile;

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
      bootstrapTokens.putInPlace(configured.get(), configuration);
    } else {
      bootstrapTokens.createAdministratorOnFirstStart(
          issued -> administratorTokenFile.write(issued.secret()));
    }
  }
}
