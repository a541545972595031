package dev.servicetokens.cli.product;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.servicetokens.cli.fixtures.PackagedSts;
import dev.servicetokens.cli.fixtures.RealServer;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyStore;
import java.security.cert.Certificate;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The packaged command line and the packaged server, with certificates of an authority of ours. */
final class TlsIT {
  private static final String PASSWORD = "not-a-secret";

  @TempDir private Path folder;
  private Path certificate;
  private Path key;

  @Test
  void worksOverTlsAndGoesOnWithANewCertificate() throws Exception {
    certificate = folder.resolve("tls.crt");
    key = folder.resolve("tls.key");
    keytool(
        "-genkeypair", "-alias", "ca", "-keyalg", "EC", "-dname", "CN=Ours", "-ext", "bc=ca:true");
    issue("first");
    Path authority = Files.writeString(folder.resolve("ca.pem"), certificates("ca"));
    Map<String, String> variables =
        Map.of(
            "MICRONAUT_SERVER_HOST", "0.0.0.0",
            "SERVICE_TOKENS_TLS_CERTIFICATE", certificate.toString(),
            "SERVICE_TOKENS_TLS_KEY", key.toString());
    try (RealServer server = RealServer.start(folder, variables)) {
      assertThat(server.url()).startsWith("https://localhost:");
      PackagedSts sts =
          new PackagedSts(Files.createDirectory(folder.resolve("home")))
              .with("STS_CLI_URL", server.url())
              .with("STS_CLI_SERVICE_TOKEN", server.administratorToken());
      assertThat(sts.sts("service-token", "list").err())
          .contains("a certificate that is not trusted");

      sts.with("SSL_CERT_FILE", authority.toString());
      assertThat(sts.sts("service-token", "list").out()).contains("administrator");

      issue("second");
      await()
          .atMost(Duration.ofSeconds(30))
          .until(() -> server.log().contains("New TLS certificate for new connections: localhost"));
      assertThat(sts.sts("service-token", "list").out()).contains("administrator");
      assertThat(server.log()).doesNotContain("speaks plain HTTP", "Exception");
    }
  }

  /** Puts a certificate and its key in place. */
  private void issue(String alias) throws Exception {
    keytool(
        "-genkeypair",
        "-alias",
        alias,
        "-signer",
        "ca",
        "-keyalg",
        "EC",
        "-dname",
        "CN=" + alias,
        "-ext",
        "SAN=dns:localhost");
    Files.writeString(certificate, certificates(alias));
    Files.writeString(
        key, pem("PRIVATE KEY", keys().getKey(alias, PASSWORD.toCharArray()).getEncoded()));
  }

  private String certificates(String alias) throws Exception {
    StringBuilder text = new StringBuilder();
    for (Certificate one : keys().getCertificateChain(alias)) {
      text.append(pem("CERTIFICATE", one.getEncoded()));
    }
    return text.toString();
  }

  private KeyStore keys() throws Exception {
    KeyStore keys = KeyStore.getInstance("PKCS12");
    try (InputStream in = Files.newInputStream(folder.resolve("keys.p12"))) {
      keys.load(in, PASSWORD.toCharArray());
    }
    return keys;
  }

  private static String pem(String label, byte[] bytes) {
    return "-----BEGIN %s-----\n%s\n-----END %s-----\n"
        .formatted(label, Base64.getMimeEncoder().encodeToString(bytes), label);
  }

  private void keytool(String... arguments) throws IOException, InterruptedException {
    List<String> command =
        new ArrayList<>(
            List.of(Path.of(System.getProperty("java.home"), "bin", "keytool").toString()));
    command.addAll(List.of(arguments));
    command.addAll(List.of("-keystore", folder.resolve("keys.p12").toString()));
    command.addAll(List.of("-storetype", "PKCS12", "-storepass", PASSWORD));
    Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
    String output = new String(process.getInputStream().readAllBytes(), UTF_8);
    assertThat(process.waitFor()).as(output).isZero();
  }
}
