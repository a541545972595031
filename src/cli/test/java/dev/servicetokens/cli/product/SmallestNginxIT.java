package dev.servicetokens.cli.product;

import static org.assertj.core.api.Assertions.assertThat;

import dev.servicetokens.cli.fixtures.FakeServer;
import dev.servicetokens.cli.fixtures.Nginx;
import dev.servicetokens.cli.fixtures.PackagedSts;
import dev.servicetokens.cli.fixtures.RealServer;
import dev.servicetokens.cli.fixtures.Shell.Result;
import java.io.IOException;
import java.net.ServerSocket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * The least that nginx needs, as proxies.md has it, in a real nginx before an application and the
 * packaged server. Without nginx it is skipped, but not where {@code CI=true}.
 */
final class SmallestNginxIT {

  private static final HttpClient HTTP = HttpClient.newHttpClient();

  @TempDir private Path folder;

  @Test
  void letsThroughWhoMayDeployUntilTheTokenIsDeleted() throws Exception {
    int port = freePort();
    try (RealServer server = RealServer.start(folder);
        FakeServer application = FakeServer.start().answers("GET /a", 200, "deployed")) {
      PackagedSts shell =
          new PackagedSts(folder)
              .with("STS_CLI_URL", server.url())
              .with("STS_CLI_SERVICE_TOKEN", server.administratorToken());
      for (String command :
          List.of(
              "create-permission --permission deploy:prod",
              "create-subject --subject deployer",
              "create-subject --subject other",
              "grant --subject deployer --permission deploy:prod --resource cluster-1",
              "grant --subject other --permission deploy:prod --resource cluster-2")) {
        succeed(shell, ("rbac " + command).split(" "));
      }
      String token = create(shell, "ci", "deployer");
      String other = create(shell, "other", "other");

      try (Nginx nginx =
          Nginx.start(folder, configuration(port, server.url(), application.url()), port)) {
        URI uri = URI.create("http://127.0.0.1:" + port + "/a");
        String log = nginx.log();
        assertThat(status(uri, "")).as(log).isEqualTo(401);
        assertThat(status(uri, other)).isEqualTo(403);
        assertThat(application.asked()).isEmpty();
        assertThat(status(uri, token)).isEqualTo(200);
        assertThat(application.lastAsked().header("X-API-Key")).isEmpty();

        Matcher id =
            Pattern.compile("(?m)^(\\d{15}) \\| ci ")
                .matcher(succeed(shell, "service-token", "list"));
        assertThat(id.find()).isTrue();
        succeed(shell, "service-token", "delete", id.group(1));
        assertThat(status(uri, token)).isEqualTo(401);
        assertThat(application.asked()).hasSize(1);
      }
    }
  }

  private static String configuration(int port, String server, String application)
      throws IOException {
    List<String> blocks = PageShell.blocks("proxies.md", "nginx");
    assertThat(blocks).hasSize(1);
    return blocks
        .getFirst()
        .replace("127.0.0.1:8000", "127.0.0.1:" + port)
        .replace("127.0.0.1:8080", "127.0.0.1:" + URI.create(server).getPort())
        .replace("127.0.0.1:9000", "127.0.0.1:" + URI.create(application).getPort());
  }

  private static int status(URI uri, String token) throws IOException, InterruptedException {
    HttpRequest.Builder request = HttpRequest.newBuilder(uri);
    if (!token.isEmpty()) {
      request.header("X-API-Key", token);
    }
    return HTTP.send(request.build(), BodyHandlers.discarding()).statusCode();
  }

  private static String create(PackagedSts shell, String name, String role)
      throws IOException, InterruptedException {
    Matcher token =
        Pattern.compile("svctok-\\w+")
            .matcher(succeed(shell, "service-token", "create", "--name", name, "--roles", role));
    assertThat(token.find()).isTrue();
    return token.group();
  }

  private static String succeed(PackagedSts shell, String... args)
      throws IOException, InterruptedException {
    Result result = shell.sts(args);
    assertThat(result.exitCode()).as(result.err()).isZero();
    return result.out();
  }

  private static int freePort() throws IOException {
    try (ServerSocket free = new ServerSocket(0)) {
      return free.getLocalPort();
    }
  }
}
