package dev.servicetokens.cli.server;

import dev.servicetokens.cli.environment.BoundedInput;
import dev.servicetokens.cli.environment.Environment;
import dev.servicetokens.cli.failure.CommandFailure;
import dev.servicetokens.cli.failure.ExitCode;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.cert.Certificate;
import java.security.cert.CertificateException;
import java.security.cert.CertificateFactory;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import javax.net.ssl.TrustManagerFactory;
import javax.net.ssl.X509TrustManager;

/**
 * The certificates that {@code SSL_CERT_FILE} and {@code SSL_CERT_DIR} name, which OpenSSL and Go
 * read. Each takes the place of one of two usual sources, so that the JVM's own certificates are
 * trusted, too, unless both are set.
 */
final class CertificateVariables {

  private static final String FILE = "SSL_CERT_FILE";
  private static final String FOLDERS = "SSL_CERT_DIR";

  /** The bundles of all authorities have a quarter of a mebibyte. */
  private static final int LARGEST = 16 << 20;

  private static final Pattern BLOCK =
      Pattern.compile("-----BEGIN CERTIFICATE-----.*?-----END CERTIFICATE-----", Pattern.DOTALL);

  private CertificateVariables() {}

  /**
   * Reads them.
   *
   * @return empty if neither variable is set
   * @throws CommandFailure if a file cannot be read, or none holds a certificate
   */
  static Collection<Certificate> read(Environment environment) {
    String file = environment.variable(FILE);
    String folders = environment.variable(FOLDERS);
    if (file.isEmpty() && folders.isEmpty()) {
      return List.of();
    }
    List<Certificate> certificates = new ArrayList<>();
    try {
      if (!file.isEmpty()) {
        certificates.addAll(ofFile(Path.of(file)));
      }
      for (String folder : folders.isEmpty() ? new String[0] : folders.split(":")) {
        certificates.addAll(ofFolder(Path.of(folder)));
      }
    } catch (IOException | InvalidPathException e) {
      throw new CommandFailure(
          ExitCode.CA_FILE_UNREADABLE,
          "What %s and %s name cannot be read; correct them, or unset them"
              .formatted(FILE, FOLDERS));
    }
    if (certificates.isEmpty()) {
      throw new CommandFailure(
          ExitCode.BAD_CA_CERTIFICATE,
          "What %s and %s name has no certificate in PEM form; correct them, or unset them"
              .formatted(FILE, FOLDERS));
    }
    if (file.isEmpty() || folders.isEmpty()) {
      certificates.addAll(ofJvm());
    }
    return certificates;
  }

  private static List<Certificate> ofFolder(Path folder) throws IOException {
    List<Certificate> certificates = new ArrayList<>();
    try (DirectoryStream<Path> files = Files.newDirectoryStream(folder)) {
      for (Path file : files) {
        if (Files.isRegularFile(file)) {
          certificates.addAll(ofFile(file));
        }
      }
    }
    return certificates;
  }

  /** Whatever stands between the certificates, or is none, is passed over. */
  private static List<Certificate> ofFile(Path file) throws IOException {
    String text =
        new String(
            BoundedInput.bytes(Files.newInputStream(file), LARGEST), StandardCharsets.ISO_8859_1);
    List<Certificate> certificates = new ArrayList<>();
    Matcher block = BLOCK.matcher(text);
    while (block.find()) {
      certificate(block.group()).ifPresent(certificates::add);
    }
    return certificates;
  }

  /** One that nobody understands must not hide the others. */
  private static Optional<Certificate> certificate(String block) {
    try {
      return Optional.of(
          CertificateFactory.getInstance("X.509")
              .generateCertificate(
                  new ByteArrayInputStream(block.getBytes(StandardCharsets.ISO_8859_1))));
    } catch (CertificateException e) {
      return Optional.empty();
    }
  }

  private static List<Certificate> ofJvm() {
    try {
      TrustManagerFactory factory =
          TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
      factory.init((KeyStore) null);
      return Arrays.stream(factory.getTrustManagers())
          .filter(X509TrustManager.class::isInstance)
          .flatMap(manager -> Arrays.stream(((X509TrustManager) manager).getAcceptedIssuers()))
          .map(Certificate.class::cast)
          .toList();
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException(e);
    }
  }
}
