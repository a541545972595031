package dev.servicetokens;

import dev.servicetokens.access.configuration.RolesCheck;
import dev.servicetokens.bootstrap.BootstrapCheck;
import dev.servicetokens.database.DataDirectory;
import dev.servicetokens.log.LogSettings;
import dev.servicetokens.startup.ClockFactory;
import dev.servicetokens.startup.ConfigurationCheck;
import dev.servicetokens.startup.ConfigurationSources;
import dev.servicetokens.startup.ListenCheck;
import dev.servicetokens.startup.PasswordFiles;
import dev.servicetokens.token.TokenPolicy;
import dev.servicetokens.token.configuration.PolicySettings;
import dev.servicetokens.web.AddressConfiguration;
import dev.servicetokens.web.PublicUrlConfiguration;
import dev.servicetokens.web.tls.TlsServer;
import io.micronaut.context.ApplicationContext;
import io.micronaut.context.env.Environment;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * What is known before anything is started or written: every setting has been read, and checked as
 * far as that needs no database.
 *
 * @param context has not started
 * @param environment its settings
 * @param directory where the data lie, or will
 * @param firstToken who gets in first, in words
 * @param roles the configured roles and permissions, in words
 * @param proxies those that are trusted
 * @param tls what the TLS certificate is for, and what may be wrong with it; none without TLS
 */
record Preparation(
    ApplicationContext context,
    Environment environment,
    DataDirectory directory,
    String firstToken,
    String roles,
    List<String> proxies,
    List<String> tls) {

  /**
   * Reads all sources.
   *
   * @param settings the properties that the command line sets
   * @param variables the environment variables
   * @throws dev.servicetokens.startup.StartRefusal if a start would be refused for one of them
   */
  static Preparation of(Map<String, String> settings, Map<String, String> variables) {
    ConfigurationSources.requireReadable(variables, settings);
    ApplicationContext context =
        ApplicationContext.builder(Application.class)
            .propertySources(
                ConfigurationSources.commandLine(settings),
                ConfigurationSources.properties(System.getProperties()),
                ConfigurationSources.variables(variables))
            .banner(false)
            .deduceEnvironment(false)
            .build();
    Environment environment = ConfigurationCheck.start(context.getEnvironment());
    LogSettings.apply(environment);
    ConfigurationCheck.require(environment);
    String firstToken = BootstrapCheck.require(environment);
    String roles = RolesCheck.require(environment);
    TokenPolicy _ = PolicySettings.read(environment);
    List<String> proxies = AddressConfiguration.require(environment);
    var _ =
        new PublicUrlConfiguration(
            environment.getProperty("service-tokens.public-url", String.class).orElse(null));
    List<String> tls = TlsServer.require(environment, new ClockFactory().clock());
    ListenCheck.require(environment);
    TlsServer.settings(environment).ifPresent(environment::addPropertySource);
    PasswordFiles.read(environment);
    return new Preparation(
        context,
        environment,
        DataDirectory.locate(
            environment.getProperty(DataDirectory.PROPERTY, String.class),
            variables,
            Path.of(variables.getOrDefault("HOME", System.getProperty("user.home")))),
        firstToken,
        roles,
        proxies,
        tls);
  }

  /** What goes over the wire for all to read; empty if nothing does. */
  Optional<String> exposure() {
    return ListenCheck.exposure(environment, !proxies.isEmpty());
  }
}
