package dev.servicetokens.web.tls;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.servicetokens.fixtures.TestAuthority;
import dev.servicetokens.fixtures.TestAuthority.Issued;
import dev.servicetokens.startup.StartRefusal;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.cert.CertificateEncodingException;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.time.Instant;
import java.util.Base64;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Which certificates and keys a server takes, and what it says of the others. */
final class TlsPairTest {
  private static final String NAME = "SAN=dns:tokens.example.com,dns:*.example.org,ip:192.0.2.1";

  @TempDir static Path authorityFolder;
  @TempDir Path folder;
  private static TestAuthority authority;
  private static Issued issued;

  private Path certificate;
  private Path key;
  private Instant now;

  @BeforeAll
  static void issue() {
    authority = TestAuthority.in(authorityFolder);
    issued = authority.issue("EC", "-ext", NAME);
  }

  @BeforeEach
  void write() {
    certificate = folder.resolve("tls.crt");
    key = folder.resolve("tls.key");
    issued.write(certificate, key);
    now = end().minus(Duration.ofDays(15));
  }

  private static Instant end() {
    return ((X509Certificate) issued.chain().getFirst()).getNotAfter().toInstant();
  }

  @ParameterizedTest
  @CsvSource({"RSA,2048", "EC,256", "EC,384", "Ed25519,"})
  void takesEveryFormOfKey(String algorithm, String size) throws IOException {
    Issued other =
        size == null
            ? authority.issue(algorithm, "-ext", NAME)
            : authority.issue(algorithm, "-keysize", size, "-ext", NAME);
    other.write(certificate, key);
    assertThat(read().chain()).hasSize(2);

    if (!algorithm.equals("Ed25519")) {
      Files.writeString(
          key,
          "-----BEGIN EC PARAMETERS-----\nBggqhkjOPQMBBw==\n-----END EC PARAMETERS-----\n"
              + other.olderKey());
      assertThat(read().key()).isEqualTo(other.key());
    }
  }

  @Test
  void takesOneFileForBothWithWordsBetween() throws IOException {
    Files.writeString(
        certificate,
        "Bag attributes: none\n"
            + issued.certificates().replace("\n", "\r\n")
            + "\nthe key:\n"
            + Files.readString(key));

    assertThat(TlsPair.of(files(certificate, certificate), now).key()).isEqualTo(issued.key());
  }

  @Test
  void saysWhatACertificateIsForAndHowLong() {
    assertThat(read().names()).containsExactly("tokens.example.com", "*.example.org", "192.0.2.1");
    assertThat(read().description())
        .startsWith("tokens.example.com, *.example.org, 192.0.2.1, ends 20")
        .endsWith(" UTC");
    assertThat(read().endsSoon(now)).isFalse();
    assertThat(read().endsSoon(now.plus(Duration.ofDays(2)))).isTrue();
    assertThat(read().warnings()).isEmpty();
    assertThat(read().toString()).doesNotContain("PRIVATE");
  }

  @Test
  void refusesACertificateBeforeAndAfterItsTime() {
    now = end().plusSeconds(1);
    assertRefused("SERVICE_TOKENS_TLS_CERTIFICATE names a certificate that ended on ");
    now = end().minus(Duration.ofDays(30));
    assertRefused("a certificate that begins on ");
  }

  @Test
  void refusesAKeyOfAnotherCertificate() throws IOException {
    authority.issue("EC", "-ext", NAME).write(folder.resolve("other"), key);
    assertRefused("SERVICE_TOKENS_TLS_KEY names a key that does not belong to the certificate");
    authority.issue("RSA", "-ext", NAME).write(folder.resolve("other"), key);
    assertRefused("SERVICE_TOKENS_TLS_KEY names a key that does not belong to the certificate");
    Files.writeString(key, TestAuthority.pem("EC PRIVATE KEY", new byte[] {0x30, 1}));
    assertRefused("does not belong to the certificate");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "-----BEGIN ENCRYPTED PRIVATE KEY-----\nAAAA\n-----END ENCRYPTED PRIVATE KEY-----\n",
        "-----BEGIN RSA PRIVATE KEY-----\n"
            + "Proc-Type: 4,ENCRYPTED\n"
            + "DEK-Info: AES-256-CBC,00\n\n"
            + "AAAA\n"
            + "-----END RSA PRIVATE KEY-----\n"
      })
  void refusesAnEncryptedKey(String text) throws IOException {
    Files.writeString(key, text);
    assertRefused("a key that is encrypted");
  }

  @Test
  void refusesAShortKey() {
    authority.issue("RSA", "-keysize", "1024", "-ext", NAME).write(certificate, key);
    assertRefused("an RSA key of 1024 bits");
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "hunter2", "-----BEGIN CERTIFICATE-----\nAAAA"})
  void refusesFilesWithoutWhatTheyAreFor(String text) throws IOException {
    Files.writeString(key, text);
    assertRefused("SERVICE_TOKENS_TLS_KEY names a file without a private key");
    Files.writeString(certificate, text);
    assertRefused("SERVICE_TOKENS_TLS_CERTIFICATE names a file without a certificate");
  }

  @Test
  void refusesABrokenCertificate() throws IOException {
    Files.writeString(certificate, TestAuthority.pem("CERTIFICATE", new byte[] {1, 2, 3}));
    assertRefused("a broken certificate");
    Files.writeString(certificate, "-----BEGIN CERTIFICATE-----\n=A=\n-----END CERTIFICATE-----\n");
    assertRefused("a broken certificate");
  }

  /** To open a pipe waits for a writer, and a device has no end: both would stop the start. */
  @Test
  void refusesWhatIsNoFile() throws Exception {
    Files.delete(key);
    assertRefused("SERVICE_TOKENS_TLS_KEY names a file that is not there");
    Files.createDirectory(key);
    assertRefused("names a folder, a pipe or a device");
    Files.delete(key);
    assertThat(new ProcessBuilder("mkfifo", key.toString()).start().waitFor()).isZero();
    assertRefused("names a folder, a pipe or a device");
    Files.delete(key);
    Files.createSymbolicLink(key, Path.of("/dev/zero"));
    assertRefused("names a folder, a pipe or a device");
    Files.delete(key);
    Files.write(key, new byte[300 * 1024]);
    assertRefused("a file of more than 262144 bytes");
  }

  /** The value of a variable must not be shown: it may be the key itself. */
  @Test
  void refusesAKeyInPlaceOfItsPath() throws IOException {
    String text = Files.readString(key);
    assertThatThrownBy(() -> PemFiles.read(new TlsConfiguration(certificate.toString(), text)))
        .isInstanceOf(StartRefusal.class)
        .hasMessageContaining("SERVICE_TOKENS_TLS_KEY must be the path of a file")
        .hasMessageNotContaining(text.lines().skip(1).findFirst().orElseThrow());
    String base64 = Base64.getEncoder().encodeToString(text.getBytes());
    assertThatThrownBy(() -> PemFiles.read(new TlsConfiguration(certificate.toString(), base64)))
        .isInstanceOf(StartRefusal.class)
        .hasMessageNotContaining(base64.substring(0, 20));
  }

  @Test
  void warnsOfWhatClientsRefuse() throws IOException {
    authority.issue("EC").write(certificate, key);
    assertThat(read().warnings()).singleElement().asString().contains("no subjectAltName");
    authority.issue("EC", "-ext", NAME, "-ext", "EKU=clientAuth").write(certificate, key);
    assertThat(read().warnings()).singleElement().asString().contains("is not for servers");
    issued.write(certificate, key);
    String own = TestAuthority.pem("CERTIFICATE", encoded());
    Files.writeString(certificate, own + own);
    assertThat(read().warnings()).singleElement().asString().contains("not in order");
  }

  @Test
  void knowsAKeyThatEverybodyMayRead() throws IOException {
    Files.setPosixFilePermissions(key, PosixFilePermissions.fromString("rw-r-----"));
    assertThat(files(certificate, key).keyIsForAll()).isFalse();
    Files.setPosixFilePermissions(key, PosixFilePermissions.fromString("rw-r--r--"));
    assertThat(files(certificate, key).keyIsForAll()).isTrue();
  }

  @Test
  void refusesOneFileWithoutTheOther() {
    assertThatThrownBy(() -> new TlsConfiguration("a", null))
        .isInstanceOf(StartRefusal.class)
        .hasMessage(
            "SERVICE_TOKENS_TLS_CERTIFICATE is set without SERVICE_TOKENS_TLS_KEY: set both to"
                + " speak TLS, or none");
    assertThatThrownBy(() -> new TlsConfiguration(null, "a"))
        .hasMessageContaining("SERVICE_TOKENS_TLS_KEY is set without");
  }

  private static byte[] encoded() {
    try {
      return issued.chain().getFirst().getEncoded();
    } catch (CertificateEncodingException e) {
      throw new IllegalStateException(e);
    }
  }

  private TlsPair read() {
    return TlsPair.of(files(certificate, key), now);
  }

  private static PemFiles files(Path certificate, Path key) {
    return PemFiles.read(new TlsConfiguration(certificate.toString(), key.toString()));
  }

  private void assertRefused(String part) {
    assertThatThrownBy(this::read)
        .isInstanceOf(StartRefusal.class)
        .hasMessageContaining(part)
        .hasMessageMatching("[^\\n]+")
        .hasMessageNotContaining("hunter2");
  }
}
