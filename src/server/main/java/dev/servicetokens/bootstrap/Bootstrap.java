package dev.servicetokens.bootstrap;

import dev.servicetokens.authentication.ConfiguredSecrets;
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
  private final BootstrapSecretRepository secrets;
  private final AdministratorTokenFile administratorTokenFile;
  private final ConfiguredSecrets configuredSecrets;

  Bootstrap(
      BootstrapConfiguration configuration,
      BootstrapTokens bootstrapTokens,
      BootstrapSecretRepository secrets,
      AdministratorTokenFile administratorTokenFile,
      ConfiguredSecrets configuredSecrets) {
    this.configuration = configuration;
    this.bootstrapTokens = bootstrapTokens;
    this.secrets = secrets;
    this.administratorTokenFile = administratorTokenFile;
    this.configuredSecrets = configuredSecrets;
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
    configuredSecrets.replace(secrets.all());
  }
}
