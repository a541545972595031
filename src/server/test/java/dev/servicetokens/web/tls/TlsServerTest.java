package dev.servicetokens.web.tls;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.servicetokens.client.ServiceTokensClient;
import dev.servicetokens.fixtures.LogLines;
import dev.servicetokens.fixtures.RawConnection;
import dev.servicetokens.fixtures.TestAuthority;
import dev.servicetokens.fixtures.TestAuthority.Issued;
import dev.servicetokens.fixtures.TestDatabase;
import dev.servicetokens.fixtures.TestServer;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.security.GeneralSecurityException;
import java.security.cert.Certificate;
import java.security.cert.X509Certificate;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLException;
import javax.net.ssl.SSLParameters;
import javax.net.ssl.SSLSocket;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** TLS as clients meet it, and those who are no clients; and how its certificate is replaced. */
final class TlsServerTest {
  private static final String REQUEST = "GET /health/liveness HTTP/1.1\r\nHost: localhost\r\n\r\n";

  @TempDir static Path authorityFolder;
  @TempDir Path folder;
  private static TestAuthority authority;
  private static Issued first;
  private static Issued second;
  private static SSLContext trust;

  private Path certificate;
  private Path key;
  private TestServer server;

  @BeforeAll
  static void issue() {
    authority = TestAuthority.in(authorityFolder);
    first = authority.issue();
    second = authority.issue("RSA", "-ext", "SAN=dns:localhost");
    authority.pem();
    trust = authority.trust();
  }

  @BeforeEach
  void start() {
    certificate = folder.resolve("tls.crt");
    key = folder.resolve("tls.key");
    first.write(certificate, key);
    server =
        TestServer.startAt(
            own(first).getNotBefore().toInstant().plusSeconds(60),
            TestDatabase.create(),
            Map.of(
                "SERVICE_TOKENS_TLS_CERTIFICATE",
                certificate.toString(),
                "SERVICE_TOKENS_TLS_KEY",
                key.toString(),
                "SERVICE_TOKENS_HTTP_REQUEST_DEADLINE",
                "1s",
                "SERVICE_TOKENS_HTTP_MAXIMUM_CONNECTIONS",
                "16"));
  }

  @AfterEach
  void stop() {
    server.close();
  }

  @ParameterizedTest
  @ValueSource(strings = {"TLSv1.3", "TLSv1.2"})
  void answersInBothVersions(String version) throws IOException {
    try (SSLSocket client = connect()) {
      client.setEnabledProtocols(new String[] {version});
      SSLParameters parameters = client.getSSLParameters();
      parameters.setApplicationProtocols(new String[] {"h2", "http/1.1"});
      client.setSSLParameters(parameters);

      assertThat(ask(client)).startsWith("HTTP/1.1 200 ");
      assertThat(client.getSession().getProtocol()).isEqualTo(version);
      assertThat(client.getApplicationProtocol()).isEqualTo("http/1.1");
    }
    assertThat(server.uri().getScheme()).isEqualTo("https");
  }

  @Test
  void servesTheSdkAndNobodyWhoDoesNotTrustIt() throws Exception {
    var client =
        ServiceTokensClient.builder(server.uri().toString())
            .sslContext(trust)
            .serviceToken(server.administrator())
            .build();
    assertThat(client.serviceTokens().listServiceTokens()).hasSize(1);

    var stranger = ServiceTokensClient.connect(server.uri().toString(), server.administrator());
    assertThatThrownBy(() -> stranger.serviceTokens().listServiceTokens())
        .hasRootCauseInstanceOf(GeneralSecurityException.class);
  }

  /** OpenSSL is another reader of certificates than the JDK. */
  @Test
  void servesCurl() throws Exception {
    assertThat(curl("--cacert", authority.pem().toString())).isEqualTo("200 1.1");
    assertThat(curl("--cacert", authority.pem().toString(), "--tls-max", "1.2"))
        .isEqualTo("200 1.1");
    assertThat(curl("--cacert", "/dev/null")).isEqualTo("000 0");
    assertThat(curl("--insecure", "--tls-max", "1.1")).isEqualTo("000 0");
  }

  private String curl(String... options) throws Exception {
    List<String> command = new ArrayList<>(List.of("curl", "-s"));
    command.addAll(List.of("-o", "/dev/null", "-w", "%{http_code} %{http_version}"));
    command.addAll(List.of(options));
    command.add("https://localhost:" + server.uri().getPort() + "/health/liveness");
    Process curl = new ProcessBuilder(command).start();
    return new String(curl.getInputStream().readAllBytes(), ISO_8859_1);
  }

  /** The JDK's own servers would take these, without forward secrecy or with CBC. */
  @ParameterizedTest
  @ValueSource(
      strings = {
        "TLS_ECDHE_ECDSA_WITH_AES_128_CBC_SHA256",
        "TLS_ECDHE_ECDSA_WITH_AES_256_CBC_SHA",
        "TLS_DHE_RSA_WITH_AES_128_GCM_SHA256"
      })
  void refusesOldCiphers(String cipher) throws IOException {
    try (SSLSocket client = connect()) {
      client.setEnabledProtocols(new String[] {"TLSv1.2"});
      client.setEnabledCipherSuites(new String[] {cipher});

      assertThatThrownBy(client::startHandshake).isInstanceOf(SSLException.class);
    }
  }

  /** Who speaks no TLS is told nothing, and the log is not theirs to fill. */
  @ParameterizedTest
  @ValueSource(
      strings = {
        REQUEST,
        "\u0000\u0000\u0000\u0000\u0000\u0000\u0000",
        "\u0016\u0003\u0001\u0000\u0005hello",
        "\u0016\u0003\u0003\u00ff\u00ffxxxxxxxxx"
      })
  void closesWhateverIsNoTls(String bytes) {
    try (LogLines ours = LogLines.ofAll();
        LogLines framework = LogLines.ofFramework()) {
      try (RawConnection client = RawConnection.to(server.uri())) {
        assertThat(client.send(bytes).readBytes(1000)).doesNotContain("HTTP");
      }
      // A lease comes and goes on a busy machine, whoever connects.
      assertThat(ours.texts())
          .allMatch(line -> line.contains("This node has") || line.contains("This is node"));
      assertThat(framework.texts()).isEmpty();
    }
  }

  /**
   * A handshake that goes on and on, a byte now and then, keeps its place for the deadline only.
   */
  @Test
  void endsSlowHandshakesAndCountsThemAsConnections() throws IOException {
    List<RawConnection> slow = new ArrayList<>();
    try (LogLines framework = LogLines.ofFramework()) {
      for (int i = 0; i < 40; i++) {
        slow.add(RawConnection.to(server.uri()));
        slow.getLast().send("\u0016\u0003\u0001\u0002");
      }
      try (SSLSocket client = connect()) {
        assertThat(ask(client)).startsWith("HTTP/1.1 200 ");
      }
      for (RawConnection connection : slow) {
        assertThat(connection.readBytes(1000)).isEmpty();
      }
      assertThat(framework.texts()).isEmpty();
    } finally {
      slow.forEach(RawConnection::close);
    }
  }

  @Test
  void givesNewConnectionsANewCertificateAndLeavesOldOnesAlone() throws IOException {
    try (SSLSocket old = connect()) {
      assertThat(ask(old)).startsWith("HTTP/1.1 200 ");

      second.write(certificate, key);
      look();

      assertThat(ask(old)).startsWith("HTTP/1.1 200 ");
      assertThat(shown()).isEqualTo(own(second));
    }
  }

  /**
   * As Kubernetes replaces a mounted secret: the files are links by way of one link of a folder.
   */
  @Test
  void followsALinkThatIsReplaced() throws IOException {
    Files.delete(certificate);
    Files.delete(key);
    Path old = Files.createDirectory(folder.resolve("..1"));
    first.write(old.resolve("tls.crt"), old.resolve("tls.key"));
    Path data = folder.resolve("..data");
    Files.createSymbolicLink(data, Path.of("..1"));
    Files.createSymbolicLink(certificate, Path.of("..data", "tls.crt"));
    Files.createSymbolicLink(key, Path.of("..data", "tls.key"));
    look();
    assertThat(shown()).isEqualTo(own(first));

    Path next = Files.createDirectory(folder.resolve("..2"));
    second.write(next.resolve("tls.crt"), next.resolve("tls.key"));
    Path link = Files.createSymbolicLink(folder.resolve("..data_tmp"), Path.of("..2"));
    Files.move(link, data, StandardCopyOption.ATOMIC_MOVE);
    look();

    assertThat(shown()).isEqualTo(own(second));
  }

  @Test
  void keepsTheOldPairWhileANewOneCannotBeUsedAndSaysSoOnce() throws IOException {
    try (LogLines log = LogLines.of(TlsCertificates.class)) {
      second.write(certificate, folder.resolve("not yet"));
      look();
      assertThat(log.texts()).as("the key may follow in a moment").isEmpty();
      for (int i = 0; i < 5; i++) {
        look();
      }
      assertThat(log.texts())
          .singleElement()
          .asString()
          .startsWith("WARN The new TLS files are not used, and the certificate from before stays")
          .contains("localhost", "does not belong to the certificate");
      assertThat(shown()).isEqualTo(own(first));

      Files.writeString(certificate, "half of it");
      look();
      look();
      Files.delete(certificate);
      look();
      look();
      assertThat(log.texts()).hasSize(3);
      assertThat(shown()).isEqualTo(own(first));

      second.write(certificate, key);
      look();
      assertThat(log.texts().getLast()).startsWith("INFO New TLS certificate for new connections");
      assertThat(shown()).isEqualTo(own(second));
    }
  }

  @Test
  void saysOnceADayThatTheCertificateEnds() {
    try (LogLines log = LogLines.of(TlsCertificates.class)) {
      look();
      assertThat(log.texts()).isEmpty();
      server.clock().set(own(first).getNotAfter().toInstant().minusSeconds(3 * 86_400));
      look();
      look();
      assertThat(log.texts())
          .singleElement()
          .asString()
          .startsWith("WARN The TLS certificate must be renewed");
      server.clock().set(own(first).getNotAfter().toInstant().minusSeconds(86_400));
      look();
      assertThat(log.texts()).hasSize(2);
    }
  }

  private void look() {
    server.bean(TlsCertificates.class).look();
  }

  private SSLSocket connect() throws IOException {
    SSLSocket socket =
        (SSLSocket) trust.getSocketFactory().createSocket("localhost", server.uri().getPort());
    socket.setSoTimeout(20_000);
    SSLParameters parameters = socket.getSSLParameters();
    parameters.setEndpointIdentificationAlgorithm("HTTPS");
    socket.setSSLParameters(parameters);
    return socket;
  }

  private Certificate shown() throws IOException {
    try (SSLSocket client = connect()) {
      client.startHandshake();
      return client.getSession().getPeerCertificates()[0];
    }
  }

  /** Reads as far as to the end of a small answer without a body of its own. */
  private static String ask(SSLSocket client) throws IOException {
    client.getOutputStream().write(REQUEST.getBytes(ISO_8859_1));
    StringBuilder answer = new StringBuilder();
    while (answer.indexOf("}") < 0) {
      byte[] piece = new byte[1000];
      int read = client.getInputStream().read(piece);
      if (read < 0) {
        return answer.toString();
      }
      answer.append(new String(piece, 0, read, ISO_8859_1));
    }
    return answer.toString();
  }

  private static X509Certificate own(Issued issued) {
    return (X509Certificate) issued.chain().getFirst();
  }
}
