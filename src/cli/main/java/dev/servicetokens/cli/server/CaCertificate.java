package dev.servicetokens.cli.server;

import dev.servicetokens.cli.config.Settings;
import dev.servicetokens.cli.environment.BoundedInput;
import dev.servicetokens.cli.failure.CommandFailure;
import dev.servicetokens.cli.failure.ExitCode;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.security.cert.Certificate;
import java.security.cert.CertificateException;
import java.security.cert.CertificateFactory;
import java.util.Base64;
import java.util.Collection;
import java.util.List;

/** Reads the certificates that the user trusts, from a file or from Base64 text. */
public final class CaCertificate {

  /** A file that does not end must not eat the memory. */
  private static final int LARGEST = 16 << 20;

  private CaCertificate() {}

  /**
   * The settings with the content of the certificate file in place of its path, so that a saved
   * context does not depend on the file.
   *
   * @throws CommandFailure if the file cannot be read or holds no certificate
   */
  public static Settings embed(Settings settings) {
    if (settings.caCertPath().isEmpty()) {
      return settings;
    }
    byte[] content = readFile(settings.caCertPath());
    parse(content);
    return new Settings(
        settings.url(),
        settings.apiToken(),
        settings.serviceToken(),
        settings.apiPath(),
        settings.skipSsl(),
        "",
        Base64.getEncoder().encodeToString(content));
  }

  /** The trusted certificates; none if the settings name none. */
  static Collection<? extends Certificate> read(Settings settings) {
    if (!settings.caCertPath().isEmpty() && !settings.caCertBase64Data().isEmpty()) {
      throw new CommandFailure(
          ExitCode.CONFIGURATION,
          "A CA certificate is given as a file and as Base64 data; give one of them");
    }
    if (!settings.caCertPath().isEmpty()) {
      return parse(readFile(settings.caCertPath()));
    }
    return settings.caCertBase64Data().isEmpty()
        ? List.of()
        : parse(decode(settings.caCertBase64Data()));
  }

  private static byte[] readFile(String path) {
    try {
      return BoundedInput.bytes(Files.newInputStream(Path.of(path)), LARGEST);
    } catch (IOException | InvalidPathException e) {
      throw new CommandFailure(
          ExitCode.CA_FILE_UNREADABLE,
          "The CA certificate file " + path + " cannot be read; check --ca-cert-path");
    }
  }

  private static byte[] decode(String base64) {
    try {
      return Base64.getMimeDecoder().decode(base64);
    } catch (IllegalArgumentException e) {
      throw bad("The CA certificate data is not Base64; check --ca-cert-base64-data");
    }
  }

  private static Collection<? extends Certificate> parse(byte[] content) {
    try {
      Collection<? extends Certificate> certificates =
          CertificateFactory.getInstance("X.509")
              .generateCertificates(new ByteArrayInputStream(content));
      if (!certificates.isEmpty()) {
        return certificates;
      }
    } catch (CertificateException e) {
      // Same answer as for a file without any.
    }
    throw bad("The CA certificate is not a certificate in PEM or DER form; check its content");
  }

  private static CommandFailure bad(String message) {
    return new CommandFailure(ExitCode.BAD_CA_CERTIFICATE, message);
  }
}
