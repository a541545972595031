package dev.servicetokens.cli.server;

import dev.servicetokens.cli.config.Settings;
import dev.servicetokens.cli.environment.Environment;
import java.io.IOException;
import java.net.Socket;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.cert.Certificate;
import java.security.cert.X509Certificate;
import java.util.Collection;
import java.util.Locale;
import java.util.Optional;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.TrustManager;
import javax.net.ssl.TrustManagerFactory;
import javax.net.ssl.X509ExtendedTrustManager;

/** Makes the trust that settings ask for. */
final class Trust {

  private Trust() {}

  /** A TLS context; none if the JVM's own trust is wanted. */
  static Optional<SSLContext> of(Settings settings, Environment environment) {
    if (settings.skipSsl()) {
      return Optional.of(context(new TrustManager[] {new TrustEveryone()}));
    }
    Collection<? extends Certificate> certificates = CaCertificate.read(settings);
    if (certificates.isEmpty()
        && settings.url().strip().toLowerCase(Locale.ROOT).startsWith("https:")) {
      certificates = CertificateVariables.read(environment);
    }
    return certificates.isEmpty()
        ? Optional.empty()
        : Optional.of(context(trustManagers(certificates)));
  }

  private static TrustManager[] trustManagers(Collection<? extends Certificate> certificates) {
    try {
      KeyStore store = KeyStore.getInstance(KeyStore.getDefaultType());
      store.load(null, null);
      for (Certificate certificate : certificates) {
        store.setCertificateEntry("ca-" + store.size(), certificate);
      }
      TrustManagerFactory factory =
          TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
      factory.init(store);
      return factory.getTrustManagers();
    } catch (GeneralSecurityException | IOException e) {
      throw new IllegalStateException(e);
    }
  }

  private static SSLContext context(TrustManager[] trustManagers) {
    try {
      SSLContext context = SSLContext.getInstance("TLS");
      context.init(null, trustManagers, null);
      return context;
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException(e);
    }
  }

  /**
   * Believes every certificate, for {@code --skip-ssl}. It is an extended trust manager because
   * only then the JDK leaves the check of the host name to it, too.
   */
  private static final class TrustEveryone extends X509ExtendedTrustManager {

    @Override
    public void checkClientTrusted(X509Certificate[] chain, String authType) {}

    @Override
    public void checkClientTrusted(X509Certificate[] chain, String authType, Socket socket) {}

    @Override
    public void checkClientTrusted(X509Certificate[] chain, String authType, SSLEngine engine) {}

    @Override
    public void checkServerTrusted(X509Certificate[] chain, String authType) {}

    @Override
    public void checkServerTrusted(X509Certificate[] chain, String authType, Socket socket) {}

    @Override
    public void checkServerTrusted(X509Certificate[] chain, String authType, SSLEngine engine) {}

    @Override
    public X509Certificate[] getAcceptedIssuers() {
      return new X509Certificate[0];
    }
  }
}
