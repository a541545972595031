package dev.servicetokens.cli.product;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.servicetokens.cli.fixtures.Nginx;
import dev.servicetokens.cli.fixtures.SelfSigned;
import dev.servicetokens.cli.product.PageShell.Run;
import java.io.IOException;
import java.net.ServerSocket;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Does what operate.md and locked-out.md say. */
final class OperatorPagesIT {

  @TempDir private Path folder;

  /** TLS, a path of its own, and the addresses of clients: all that the page promises of nginx. */
  @Test
  void servesBelowAPathOfAProxy() throws Exception {
    SelfSigned tls = SelfSigned.forLocalhost(folder);
    Path home = Files.createDirectories(folder.resolve("home"));
    int port = freePort();
    List<String> sh = PageShell.blocks("operate.md", "sh");
    assertThat(sh).hasSize(2);
    try (PageShell shell =
        new PageShell(home)
            .with("MICRONAUT_SERVER_PORT", "-1")
            .with("SSL_CERT_FILE", tls.pem().toString())
            .reading("tokens.example.com", "localhost:" + port)) {
      shell.export(sh.getFirst());
      shell.serve("sts serve");
      String direct = shell.run("printf %s \"$STS_CLI_URL\"");
      Path token = home.resolve(".local/share/service-tokens/admin-token");
      shell.with("STS_CLI_SERVICE_TOKEN", Files.readString(token).strip());
      try (Nginx _ = Nginx.start(folder, nginx(tls, port, URI.create(direct).getPort()), port)) {
        assertThat(shell.run(sh.getLast())).contains("| administrator ");

        String below = "https://localhost:" + port + "/tokens";
        String curl = "curl -fsS --cacert '" + tls.pem() + "' ";
        // What Swagger UI loads, and how it finds the operations from there.
        assertThat(shell.run(curl + below + "/docs")).contains("swagger-ui");
        assertThat(shell.run(curl + below + "/api/openapi.yaml")).contains("- url: ../api\n");
        assertThat(
                shell.run(
                    curl
                        + "https://localhost:%d/.well-known/oauth-authorization-server/tokens"
                            .formatted(port)))
            .contains(below + "/api/oauth2/introspect");
        // The server believes the proxy who its client is.
        shell.tryTo(
            "curl -sS --cacert '%s' --interface 127.0.0.2 -H 'X-Forwarded-For: 6.6.6.6' -H 'X-API-Key: nonsense' https://127.0.0.1:%d/tokens/api/server/status -k"
                .formatted(tls.pem(), port));
        String refused = "sts audit list --action authentication.failed";
        await().until(() -> shell.run(refused + " -o json").contains("\"address\""));
        assertThat(shell.run(refused)).contains("127.0.0.2").doesNotContain("6.6.6.6");
      }
    }
  }

  private static String nginx(SelfSigned tls, int port, int server) throws IOException {
    List<String> blocks = PageShell.blocks("operate.md", "nginx");
    assertThat(blocks).hasSize(1);
    return blocks
        .getFirst()
        .replace("listen 443", "listen 127.0.0.1:" + port)
        .replace("tokens.example.com", "localhost")
        .replace("/etc/nginx/tokens.pem", tls.pem().toString())
        .replace("/etc/nginx/tokens.key", tls.key().toString())
        .replace("127.0.0.1:8080", "127.0.0.1:" + server);
  }

  @Test
  void letsSomebodyInWhoIsLockedOut() throws Exception {
    List<String> sh = PageShell.blocks("locked-out.md", "sh");
    assertThat(sh).hasSize(3);
    try (PageShell shell =
        new PageShell(Files.createDirectories(folder.resolve("home")))
            .with("MICRONAUT_SERVER_PORT", "-1")) {
      Process server = shell.serve("sts serve");
      Path token = folder.resolve("home/.local/share/service-tokens/admin-token");
      shell.with("STS_CLI_SERVICE_TOKEN", Files.readString(token).strip());
      shell.run(
          "sts service-token delete --force \"$(sts service-token list | awk '$3 == \"administrator\" { print $1 }')\"");
      assertThat(shell.tryTo("sts whoami").exitCode()).isNotZero();
      PageShell.stop(server);

      shell.run(sh.getFirst());
      Process open = shell.serve(sh.get(1));
      assertThat(shell.run(sh.get(2))).contains("Service token created: svctok-");
      String rescue = "STS_CLI_SERVICE_TOKEN=\"$(cat new-admin-token)\" sts whoami";
      assertThat(shell.run(rescue)).contains("bootstrap");
      // The page's claim: once deleted, it never comes back.
      shell.run(
          "export STS_CLI_SERVICE_TOKEN=\"$(cat new-admin-token)\"; sts service-token delete \"$(sts service-token list | awk '$3 == \"bootstrap\" { print $1 }')\"");
      PageShell.stop(open);
      shell.serve(sh.get(1));
      Run refused = shell.tryTo(rescue);
      assertThat(refused.exitCode()).isNotZero();
      assertThat(refused.err()).contains("Authentication failed");
    }
  }

  private static int freePort() throws IOException {
    try (ServerSocket free = new ServerSocket(0)) {
      return free.getLocalPort();
    }
  }
}
