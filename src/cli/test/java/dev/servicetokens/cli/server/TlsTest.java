package dev.servicetokens.cli.server;

import static org.assertj.core.api.Assertions.assertThat;

import dev.servicetokens.cli.fixtures.FakeServer;
import dev.servicetokens.cli.fixtures.SelfSigned;
import dev.servicetokens.cli.fixtures.Shell;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Base64;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class TlsTest {

  @TempDir static Path keys;
  @TempDir Path home;
  private static SelfSigned certificate;
  private static FakeServer server;
  private Shell shell;

  @BeforeAll
  static void startServer() throws Exception {
    certificate = SelfSigned.forLocalhost(keys);
    server =
        FakeServer.startTls(certificate.context())
            .answers("GET /api/user/session/availableRoles", 200, "{\"roles\":[\"ci\"]}");
  }

  @AfterAll
  static void stopServer() {
    server.close();
  }

  @BeforeEach
  void openShell() {
    shell = new Shell(home).at(server);
  }

  private Shell.Result roles(String... flags) {
    String[] args = Arrays.copyOf(flags, flags.length + 2);
    args[flags.length] = "user-session";
    args[flags.length + 1] = "roles";
    return shell.sts(args);
  }

  @Test
  void trustsNoUnknownCertificate() {
    var result = roles();

    assertThat(result.exitCode()).isEqualTo(4);
    assertThat(result.err()).contains("due to a certificate that is not trusted");
  }

  @Test
  void trustsCertificateOfFile() {
    assertThat(roles("--ca-cert-path", certificate.pem().toString()).exitCode()).isZero();
  }

  @Test
  void trustsCertificateInBase64() throws IOException {
    String base64 = Base64.getEncoder().encodeToString(Files.readAllBytes(certificate.pem()));

    assertThat(roles("--ca-cert-base64-data", base64).exitCode()).isZero();
  }

  /** As OpenSSL, curl and the published command line read them. */
  @Test
  void trustsCertificatesOfTheUsualVariables() throws IOException {
    Path bundle = home.resolve("bundle.pem");
    Files.writeString(
        bundle,
        "# ours\n-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n"
            + Files.readString(certificate.pem())
            + "-----BEGIN OTHER-----\nAAAA\n-----END OTHER-----\n");
    assertThat(shell.with("SSL_CERT_FILE", bundle.toString()).sts("user-session", "roles").err())
        .isEmpty();
    shell.without("SSL_CERT_FILE");
    assertThat(roles().exitCode()).isEqualTo(4);

    Path folder = Files.createDirectory(home.resolve("certificates"));
    Files.copy(certificate.pem(), folder.resolve("1234.0"));
    shell.with("SSL_CERT_DIR", home.resolve("home-is-no-certificate") + ":" + folder);
    assertThat(roles().exitCode()).isEqualTo(5);
    shell.with("SSL_CERT_DIR", keys + ":" + folder);
    assertThat(roles().exitCode()).isZero();
  }

  @Test
  void saysThatTheUsualVariablesCannotBeUsed() throws IOException {
    shell.with("SSL_CERT_FILE", home.resolve("none.pem").toString());
    assertThat(roles().exitCode()).isEqualTo(5);
    assertThat(roles().err()).contains("SSL_CERT_FILE");

    Path text = Files.writeString(home.resolve("text.pem"), "no certificate");
    shell.with("SSL_CERT_FILE", text.toString());
    assertThat(roles().exitCode()).isEqualTo(11);
    assertThat(roles("--ca-cert-path", certificate.pem().toString()).exitCode()).isZero();
    assertThat(roles("--skip-ssl").exitCode()).isZero();
    assertThat(roles("--url", "http://localhost:1").err()).contains("connection refused");
  }

  @Test
  void readsNoEndlessFile() {
    assertThat(roles("--ca-cert-path", "/dev/zero").exitCode()).isEqualTo(5);
  }

  @Test
  void checksHostEvenOfTrustedCertificate() {
    shell.with("STS_CLI_URL", server.url().replace("localhost", "127.0.0.1"));

    assertThat(roles("--ca-cert-path", certificate.pem().toString()).exitCode()).isEqualTo(4);
  }

  @Test
  void checksNothingWhenAsked() {
    shell.with("STS_CLI_URL", server.url().replace("localhost", "127.0.0.1"));

    assertThat(roles("--skip-ssl").exitCode()).isZero();
  }

  @Test
  void savesContentOfCertificateFile() throws IOException {
    shell.sts("context", "save", "--ca-cert-path", certificate.pem().toString());
    shell.without("STS_CLI_URL").without("STS_CLI_SERVICE_TOKEN");

    assertThat(shell.configFile())
        .content()
        .contains("ca-cert-base64-data: ")
        .doesNotContain("ca-cert-path");
    assertThat(roles().exitCode()).isZero();
  }

  @Test
  void saysThatCertificateFileCannotBeRead() {
    var result = roles("--ca-cert-path", home.resolve("none.pem").toString());

    assertThat(result.exitCode()).isEqualTo(5);
    assertThat(result.err()).endsWith("none.pem cannot be read; check --ca-cert-path\n");
  }

  @Test
  void saysThatCertificateIsNone() throws IOException {
    Path text = Files.writeString(home.resolve("text.pem"), "no certificate");

    assertThat(roles("--ca-cert-path", text.toString()).exitCode()).isEqualTo(11);
    assertThat(roles("--ca-cert-base64-data", "AAAA").exitCode()).isEqualTo(11);
    assertThat(roles("--ca-cert-base64-data", "A").exitCode()).isEqualTo(11);
    Path empty = Files.writeString(home.resolve("empty.pem"), "");
    assertThat(roles("--ca-cert-path", empty.toString()).exitCode()).isEqualTo(11);
  }

  @Test
  void refusesTwoSourcesOfACertificate() {
    assertThat(roles("--ca-cert-path", "a", "--ca-cert-base64-data", "AAAA").exitCode())
        .isEqualTo(1);
  }
}
