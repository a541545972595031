package dev.servicetokens.cli.server;

import static org.assertj.core.api.Assertions.assertThat;

import dev.servicetokens.cli.fixtures.FakeServer;
import dev.servicetokens.cli.fixtures.ForwardingProxy;
import dev.servicetokens.cli.fixtures.SelfSigned;
import dev.servicetokens.cli.fixtures.Shell;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Arrays;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The proxies that the environment asks for, and the names that only they know. */
class ProxyTest {

  private static final String ROLES = "GET /api/user/session/availableRoles";

  @TempDir Path home;
  private FakeServer server;
  private ForwardingProxy proxy;
  private Shell shell;

  @BeforeEach
  void startServers() {
    server = FakeServer.start().answers(ROLES, 200, "{\"roles\":[\"ci\"]}");
    proxy = new ForwardingProxy(server);
    shell = new Shell(home).at(server).with("STS_CLI_URL", "http://tokens.example:8080");
  }

  @AfterEach
  void stopServers() throws IOException {
    proxy.close();
    server.close();
  }

  private Shell.Result roles(String... flags) {
    String[] args = Arrays.copyOf(flags, flags.length + 2);
    args[flags.length] = "user-session";
    args[flags.length + 1] = "roles";
    return shell.sts(args);
  }

  @ParameterizedTest
  @CsvSource({
    "HTTP_PROXY, http://",
    "http_proxy, http://",
    "HTTP_PROXY, ''",
    "http_proxy, HTTP://"
  })
  void isUsed(String variable, String scheme) {
    shell.with(variable, scheme + proxy.address());

    assertThat(roles()).isEqualTo(new Shell.Result(0, "✅ Available roles: ci\n", ""));
    assertThat(proxy.heads()).hasSize(2);
    assertThat(proxy.heads().getFirst())
        .startsWith("GET http://tokens.example:8080/api/server/info HTTP/1.1\r\n")
        .doesNotContain("Proxy-Authorization");
    assertThat(server.lastAsked().header("X-api-key")).isEqualTo(Shell.TOKEN);
  }

  @Test
  void isTheOneInCapitalLettersWhereThereAreTwo() {
    shell.with("HTTP_PROXY", proxy.address()).with("http_proxy", "localhost:1");

    assertThat(roles().exitCode()).isZero();
  }

  @Test
  void isOfTheSchemeOfTheServer() {
    shell.with("HTTPS_PROXY", proxy.address()).with("STS_CLI_URL", "http://localhost:1");
    assertThat(roles().exitCode()).isEqualTo(4);
    shell.with("HTTP_PROXY", proxy.address()).with("STS_CLI_URL", "https://localhost:1");
    assertThat(roles().exitCode()).isEqualTo(4);

    assertThat(proxy.heads()).isEmpty();
  }

  @Test
  void getsItsPassword() {
    shell.with("HTTP_PROXY", "http://user:p%40ss+w%C3%B6rd@" + proxy.address());

    assertThat(roles().exitCode()).isZero();
    // base64 of user:p@ss+wörd
    assertThat(proxy.heads())
        .allMatch(head -> head.contains("\r\nProxy-Authorization: Basic dXNlcjpwQHNzK3fDtnJk\r\n"));
  }

  @Test
  void isNotUsedWhereTheListSaysSo() {
    shell.with("HTTP_PROXY", "localhost:1").with("NO_PROXY", "other, .example");

    // Nobody knows that name, but the proxy would have refused the connection.
    assertThat(roles().err()).doesNotContain("connection refused");
    assertThat(shell.with("NO_PROXY", "other").sts("user-session", "roles").err())
        .contains("connection refused");
  }

  /** Found by the published command line's own reading of the list, one letter a URL. */
  @ParameterizedTest
  @CsvSource(
      delimiter = ' ',
      quoteCharacter = '"',
      value = {
        "\"\" ----pppppppppp",
        "* --------------",
        "tokens.example --------ppppp-",
        ".tokens.example ----ppp-pppppp",
        "*.tokens.example ----ppp-pppppp",
        "tokens.example:8080 ----p-pppppppp",
        "tokens.example:443 ----pp-ppppppp",
        "TOKENS.EXAMPLE --------ppppp-",
        "example ---------pppp-",
        "\"other , tokens.example\" --------ppppp-",
        "10.1.2.3 ----ppppp--ppp",
        "10.1.2.3:8080 ----ppppp-pppp",
        "10.1.2.3:443 ----pppppp-ppp",
        "10.0.0.0/8 ----ppppp--ppp",
        "10.1.2.0/24,x ----ppppp--ppp",
        "11.0.0.0/8 ----pppppppppp",
        "0.0.0.0/0 ----ppppp--ppp",
        "2001:db8::/32 ----ppppppp-pp",
        "2001:db8::7 ----ppppppp-pp",
        "[2001:db8::7]:80 ----ppppppp-pp",
        "[2001:db8::7]:81 ----pppppppppp",
        "my_host ----pppppppp-p",
        "my_host:8080 ----pppppppp-p",
        ":8080 ----pppppppppp",
        ",, ----pppppppppp",
        "*,x --------------",
        "x,* --------------",
        "tokens.* ----pppppppppp",
        "ample ----pppppppppp",
        "10.1.2 ----pppppppppp",
        "10.1.2.3/99 ----pppppppppp"
      })
  void listIsReadAsThePublishedCommandLineDoes(String noProxy, String expected) {
    StringBuilder found = new StringBuilder();
    for (String url :
        new String[] {
          "http://localhost:8080",
          "http://127.0.0.1",
          "http://127.9.9.9:1",
          "http://[::1]:8080",
          "http://tokens.example",
          "http://tokens.example:8080",
          "https://tokens.example",
          "https://a.tokens.example:8443",
          "http://xtokens.example",
          "http://10.1.2.3:8080",
          "https://10.1.2.3",
          "http://[2001:db8::7]:80",
          "http://my_host:8080",
          "http://TOKENS.example"
        }) {
      found.append(ProxyVariables.goesStraight(url, noProxy) ? '-' : 'p');
    }

    assertThat(found).hasToString(expected);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "socks5://user:hidden@localhost:1080",
        "https://user:hidden@localhost",
        "http://",
        "http://user:hid%zzden@localhost",
        "user:hidden@local host"
      })
  void thatCannotBeUsedIsNamedWithoutItsPassword(String value) {
    shell.with("HTTP_PROXY", value);

    var result = roles();
    assertThat(result.exitCode()).isEqualTo(1);
    assertThat(result.err())
        .startsWith("❌ The variable HTTP_PROXY cannot be used. ")
        .doesNotContain("hidden", "hid%");
    assertThat(server.asked()).isEmpty();
  }

  /** Of a web server's program, whoever sends a header "Proxy" sets the variable. */
  @Test
  void isNotBelievedInAProgramOfAWebServer() {
    shell.with("HTTP_PROXY", proxy.address()).with("REQUEST_METHOD", "GET");

    assertThat(roles().exitCode()).isEqualTo(1);
    assertThat(roles().err()).contains("REQUEST_METHOD");
    assertThat(proxy.heads()).isEmpty();
  }

  /** The JDK's own client knows no such names, which are usual in networks of containers. */
  @Nested
  class AnUnderscore {

    @Test
    void isAHostsName() {
      shell.with("HTTP_PROXY", proxy.address()).with("STS_CLI_URL", "http://my_host:8080");
      server.answers(
          "POST /api/security/tokens", 200, "{\"name\":\"ci\",\"token\":\"" + Shell.TOKEN + "\"}");
      server.answers("DELETE /api/security/tokens/7", 204, "");

      assertThat(roles()).isEqualTo(new Shell.Result(0, "✅ Available roles: ci\n", ""));
      assertThat(shell.sts("service-token", "create", "-n", "ci", "--roles", "a").exitCode())
          .isZero();
      assertThat(server.lastAsked().body()).isEqualTo("{\"name\":\"ci\",\"roles\":[\"a\"]}");
      assertThat(shell.sts("service-token", "delete", "7").exitCode()).isZero();
      assertThat(proxy.heads().getFirst())
          .startsWith("GET http://my_host:8080/api/server/info HTTP/1.1\r\n")
          .contains("\r\nHost: my_host:8080\r\n", "\r\nUser-Agent: sts/");
    }

    @Test
    void keepsRefusalsAsTheyAre() {
      shell.with("HTTP_PROXY", proxy.address()).with("STS_CLI_URL", "http://my_host:8080");
      server.refuses("POST /api/security/tokens", 403, "It lacks create-service-tokens.");

      assertThat(shell.sts("service-token", "create", "-n", "ci", "--roles", "a").err())
          .isEqualTo("❌ 403 Forbidden\nIt lacks create-service-tokens.\nTracking key: key-1\n");

      server.refuses("POST /api/security/tokens", 401, "Send a live token.");
      assertThat(shell.sts("service-token", "create", "-n", "ci", "--roles", "a").err())
          .startsWith("❌ 401 Unauthorized\n");

      server.refuses("GET /api/server/info", 401, "Send a live token.");
      assertThat(roles().err())
          .isEqualTo(
              "❌ Authentication failed when connecting to http://my_host:8080/api: Send a live"
                  + " token.\n");
    }

    @Test
    void saysThatNobodyKnowsIt() {
      shell.with("STS_CLI_URL", "http://no_such_host.invalid:8080");

      var result = roles();
      assertThat(result.exitCode()).isEqualTo(4);
      assertThat(result.err())
          .isEqualTo(
              "❌ Could not connect to http://no_such_host.invalid:8080/api due to unknown host"
                  + " name; check the URL\n");
    }

    @Test
    void isFoundInACertificate() throws Exception {
      var certificate = SelfSigned.forHost("*.tokens.example", home);
      try (var secure =
              FakeServer.startTls(certificate.context())
                  .answers(ROLES, 200, "{\"roles\":[\"ci\"]}");
          var tunnel = new ForwardingProxy(secure)) {
        shell.with("HTTPS_PROXY", tunnel.address());
        String[] trust = {"--ca-cert-path", certificate.pem().toString()};

        shell.with("STS_CLI_URL", "https://my_host.tokens.example");
        assertThat(roles(trust)).isEqualTo(new Shell.Result(0, "✅ Available roles: ci\n", ""));
        assertThat(roles("--skip-ssl").exitCode()).isZero();
        assertThat(roles().err()).contains("a certificate that is not trusted");
        shell.with("STS_CLI_URL", "https://plain.tokens.example");
        assertThat(roles(trust).exitCode()).isZero();
        assertThat(tunnel.heads().getFirst()).startsWith("CONNECT my_host.tokens.example:443 ");
        assertThat(tunnel.heads().getLast()).startsWith("CONNECT plain.tokens.example:443 ");

        for (String other : new String[] {"my_host.other.example", "a.my_host.tokens.example"}) {
          shell.with("STS_CLI_URL", "https://" + other);
          assertThat(roles(trust).exitCode()).isEqualTo(4);
          assertThat(roles("--skip-ssl").exitCode()).isZero();
        }
      }
    }
  }
}
