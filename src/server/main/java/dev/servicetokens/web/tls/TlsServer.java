package dev.servicetokens.web.tls;

import io.micronaut.context.annotation.Replaces;
import io.micronaut.context.env.PropertySource;
import io.micronaut.core.value.PropertyResolver;
import io.micronaut.http.netty.NettySslContextBuilder;
import io.micronaut.http.server.netty.ssl.NettyServerSslFactory;
import io.netty.handler.ssl.ApplicationProtocolNames;
import io.netty.handler.ssl.SslContext;
import jakarta.inject.Singleton;
import java.security.KeyStore;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import javax.net.ssl.KeyManagerFactory;
import org.jspecify.annotations.Nullable;

/**
 * Makes the framework speak TLS with {@link TlsCertificates} on the server's port, if the files are
 * configured, and only in ways that are safe: TLS 1.2 and 1.3 with forward secrecy and
 * authenticated encryption (RFC 9325, section 4.2).
 */
public final class TlsServer {

  private static final String PREFIX = "micronaut.server.ssl.";

  private static final List<String> PROTOCOLS = List.of("TLSv1.3", "TLSv1.2");

  private static final List<String> CIPHERS =
      List.of(
          "TLS_AES_128_GCM_SHA256",
          "TLS_AES_256_GCM_SHA384",
          "TLS_CHACHA20_POLY1305_SHA256",
          "TLS_ECDHE_ECDSA_WITH_AES_128_GCM_SHA256",
          "TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256",
          "TLS_ECDHE_ECDSA_WITH_AES_256_GCM_SHA384",
          "TLS_ECDHE_RSA_WITH_AES_256_GCM_SHA384",
          "TLS_ECDHE_ECDSA_WITH_CHACHA20_POLY1305_SHA256",
          "TLS_ECDHE_RSA_WITH_CHACHA20_POLY1305_SHA256");

  /**
   * The server is told its port before any request comes, so that nobody waits longer than this.
   */
  private static final Duration LONGEST_HANDSHAKE = Duration.ofSeconds(10);

  /** Whoever may connect may fill this memory, without a token: some hundred bytes each. */
  private static final int MOST_SESSIONS = 2000;

  private TlsServer() {}

  /**
   * Returns the framework's settings that switch TLS on; empty if no certificate is configured.
   * They are added before the context starts, because beans depend on them.
   *
   * @param settings all that is configured, checked
   */
  public static Optional<PropertySource> settings(PropertyResolver settings) {
    if (!settings.containsProperty(TlsCertificates.PROPERTY)) {
      return Optional.empty();
    }
    Duration deadline =
        settings.getRequiredProperty("service-tokens.http.request-deadline", Duration.class);
    return Optional.of(
        PropertySource.of(
            "tls",
            Map.of(
                PREFIX + "enabled",
                true,
                PREFIX + "key-name",
                TlsCertificates.NAME,
                PREFIX + "port",
                settings.getRequiredProperty("micronaut.server.port", int.class),
                PREFIX + "protocols",
                PROTOCOLS,
                PREFIX + "ciphers",
                CIPHERS,
                PREFIX + "handshake-timeout",
                deadline.compareTo(LONGEST_HANDSHAKE) < 0 ? deadline : LONGEST_HANDSHAKE)));
  }

  /**
   * Reads the files before anything is started.
   *
   * @return what the certificate is for, and warnings, each a line; none if no certificate is
   *     configured
   * @throws dev.servicetokens.startup.StartRefusal if the server could not use them
   */
  public static List<String> require(PropertyResolver settings, Clock clock) {
    TlsConfiguration configuration =
        new TlsConfiguration(
            settings.getProperty(TlsCertificates.PROPERTY, String.class).orElse(null),
            settings.getProperty("service-tokens.tls.key", String.class).orElse(null));
    if (!configuration.isOn()) {
      return List.of();
    }
    PemFiles files = PemFiles.read(configuration);
    TlsPair pair = TlsPair.of(files, clock.instant());
    List<String> lines = new ArrayList<>(List.of(pair.description()));
    lines.addAll(pair.warnings());
    if (pair.endsSoon(clock.instant())) {
      lines.add("It ends soon: renew it");
    }
    if (files.keyIsForAll()) {
      lines.add(TlsCertificates.KEY_FOR_ALL);
    }
    return lines;
  }

  /** Makes what each connection's handshake begins with. */
  @Singleton
  @Replaces(NettyServerSslFactory.class)
  static final class Contexts extends NettyServerSslFactory {
    @Override
    public NettySslContextBuilder serverBuilder() {
      return new Builder().alpnProtocols(List.of(ApplicationProtocolNames.HTTP_1_1));
    }
  }

  private static final class Builder extends NettySslContextBuilder {
    Builder() {
      super(true);
    }

    @Override
    protected KeyManagerFactory createKeyManagerFactory() throws Exception {
      KeyManagerFactory factory =
          KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
      @Nullable String password = keyPassword();
      @Nullable KeyStore store = keyStore();
      factory.init(store, password == null ? new char[0] : password.toCharArray());
      return factory;
    }

    @Override
    public SslContext buildTcp() throws Exception {
      SslContext context = super.buildTcp();
      context.sessionContext().setSessionCacheSize(MOST_SESSIONS);
      return context;
    }
  }
}
