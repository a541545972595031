package dev.servicetokens.cli.context;

import static org.assertj.core.api.Assertions.assertThat;

import dev.servicetokens.cli.fixtures.FakeServer;
import dev.servicetokens.cli.fixtures.Shell;
import java.nio.file.Path;
import java.util.Arrays;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ContextCommandsTest {

  @TempDir Path home;
  private FakeServer server;
  private Shell shell;

  @BeforeEach
  void startServer() {
    server = FakeServer.start();
    shell = new Shell(home);
  }

  @AfterEach
  void stopServer() {
    server.close();
  }

  private Shell.Result save(String name, String... more) {
    String[] args = {"context", "save", "--name", name, "--url", server.url()};
    String[] all = Arrays.copyOf(args, args.length + more.length);
    System.arraycopy(more, 0, all, args.length, more.length);
    return shell.sts(all);
  }

  private Shell.Result save(String name) {
    return save(name, "--service-token", Shell.TOKEN);
  }

  private String verified() {
    return "✅ Connection verified to " + server.url() + " (Platform version: 1.0.0)\n";
  }

  @Test
  void savesAfterACheck() {
    assertThat(save("one"))
        .isEqualTo(new Shell.Result(0, verified() + "✅ Saved context: 'one'\n", ""));
    assertThat(server.lastAsked().header("X-api-key")).isEqualTo(Shell.TOKEN);
    assertThat(shell.configFile()).content().contains(Shell.TOKEN);
  }

  @Test
  void savesNothingWhenTheCheckFails() {
    server.refuses("GET /api/server/info", 401, "Send a live token.");

    assertThat(save("one").exitCode()).isEqualTo(4);
    assertThat(shell.configFile()).doesNotExist();
  }

  @Test
  void savesWithoutACheckWhenAsked() {
    assertThat(save("one", "--api-token", "t", "--skip-validate").out())
        .isEqualTo("✅ Saved context: 'one'\n");
    assertThat(server.asked()).isEmpty();
  }

  @Test
  void savesApiPath() {
    server.answers("GET /v5/server/info", 200, FakeServer.INFO);

    assertThat(save("one", "--service-token", "t", "--api-path", "/v5").exitCode()).isZero();
    assertThat(shell.sts("context", "show").out()).contains("api-path: /v5\n");
  }

  @Test
  void savesTokenFromStandardInput() {
    shell.input("from-input\n");

    assertThat(save("one", "--service-token", "-").exitCode()).isZero();
    assertThat(shell.configFile()).content().contains("service-token: from-input\n");
  }

  @Test
  void asksForServerAndToken() {
    assertThat(shell.sts("context", "save", "--name", "a").complaint())
        .isEqualTo("❌ No server is given; give --url, for example http://localhost:8080\n");
    assertThat(save("a", "-v").complaint())
        .isEqualTo("❌ No token is given; give STS_CLI_SERVICE_TOKEN or --service-token\n");
  }

  @Test
  void printsSavedContextAsJsonWithoutItsToken() {
    var result = save("one", "--service-token", Shell.TOKEN, "-o", "json");

    assertThat(result.out())
        .isEqualTo(
            """
            {
              "context": {
                "admin-api-path": "",
                "api-path": "/api",
                "service-token": "svctok-********",
                "skip-ssl": false,
                "url": "%s"
              },
              "current-context": "one"
            }
            """
                .formatted(server.url()));
  }

  @Test
  void listsByName() {
    save("two");
    save("one");

    assertThat(shell.sts("context", "list").out())
        .isEqualTo(
            """
            NAME | URL
            one  | %1$s
            two  | %1$s
            """
                .formatted(server.url()));
  }

  @Test
  void masksTokensWhereverContextsAreShown() {
    save("one");
    save("two", "--api-token", "secret");

    for (String command : new String[] {"list", "show"}) {
      for (String format : new String[] {"text", "json"}) {
        assertThat(shell.sts("context", command, "-o", format, "-v").toString())
            .doesNotContain(Shell.TOKEN, "secret");
      }
    }
    assertThat(shell.sts("context", "show", "--name", "two").out())
        .startsWith("name: two\ncontext:\n    url: ")
        .contains("    api-token: \"********\"\n");
  }

  @Test
  void choosesAnotherContext() {
    save("one");
    save("two");

    assertThat(shell.sts("context", "set", "--name", "one").out())
        .isEqualTo("✅ Current context set to one\n");
    assertThat(shell.sts("context", "set", "--name", "one", "-o", "json").out())
        .isEqualTo("{\n  \"current-context\": \"one\"\n}\n");
    assertThat(shell.sts("context", "show").out()).startsWith("name: one\n");
  }

  @Test
  void validates() {
    save("one");

    assertThat(shell.sts("context", "validate").out())
        .isEqualTo(verified() + "✅ Context one is valid.\n");
    assertThat(shell.sts("context", "validate", "--name", "one", "-o", "json").out())
        .startsWith("{\n  \"connected\": true,\n  \"context\": \"one\",\n  \"server-info\": {\n")
        .contains("\"platformVersion\": \"1.0.0\"");
  }

  @Test
  void deletesAnyButTheCurrentOne() {
    save("one");
    save("two");

    assertThat(shell.sts("context", "delete", "--name", "two").exitCode()).isEqualTo(3);
    assertThat(shell.sts("context", "delete", "--name", "one").out())
        .isEqualTo("✅ Deleted context 'one'\n");
    assertThat(shell.sts("context", "list").out()).doesNotContain("one");
    save("three");
    assertThat(shell.sts("context", "delete", "--name", "two", "-o", "json").out())
        .isEqualTo("{\n  \"deleted context\": \"two\"\n}\n");
  }

  @Test
  void saysThatThereIsNoSuchContext() {
    save("one");

    for (String command : new String[] {"set", "show", "validate", "delete"}) {
      var result = shell.sts("context", command, "--name", "other");
      assertThat(result.exitCode()).isEqualTo(8);
      assertThat(result.complaint()).startsWith("❌ There is no context 'other'; ");
    }
  }

  @Test
  void saysThatNoneIsCurrent() {
    for (String command : new String[] {"show", "validate"}) {
      assertThat(shell.sts("context", command))
          .isEqualTo(
              new Shell.Result(
                  8, "", "❌ There is no current context; \"sts context save\" makes one\n"));
    }
  }
}
