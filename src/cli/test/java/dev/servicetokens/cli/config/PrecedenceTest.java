package dev.servicetokens.cli.config;

import static org.assertj.core.api.Assertions.assertThat;

import dev.servicetokens.cli.fixtures.FakeServer;
import dev.servicetokens.cli.fixtures.Shell;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Which server and which token a command uses: flags before variables before the file. */
class PrecedenceTest {

  private static final String ROLES = "GET /api/user/session/availableRoles";

  @TempDir Path home;
  private FakeServer server;
  private Shell shell;

  @BeforeEach
  void startServer() throws IOException {
    server = FakeServer.start().answers(ROLES, 200, "{\"roles\":[\"ci\"]}");
    server.answers("GET /other/server/info", 200, FakeServer.INFO);
    server.answers("GET /other/user/session/availableRoles", 200, "{\"roles\":[\"ci\"]}");
    shell = new Shell(home);
    save(
        """
        contexts:
            - name: one
              context:
                  url: %1$s
                  service-token: file-one
            - name: two
              context:
                  url: %1$s
                  api-token: file-two
            - name: three
              context:
                  url: %1$s
                  api-token: a
                  service-token: b
                  api-path: /other
        current-context: one
        """
            .formatted(server.url()));
  }

  private void save(String yaml) throws IOException {
    Files.createDirectories(shell.configFile().getParent());
    Files.writeString(shell.configFile(), yaml);
  }

  @AfterEach
  void stopServer() {
    server.close();
  }

  private String serviceTokenOf(String... flags) {
    return askWith(flags).header("X-api-key");
  }

  private String apiTokenOf(String... flags) {
    return askWith(flags).header("X-api-token");
  }

  private FakeServer.Asked askWith(String... flags) {
    String[] args = Arrays.copyOf(flags, flags.length + 2);
    args[flags.length] = "user-session";
    args[flags.length + 1] = "roles";
    assertThat(shell.sts(args))
        .extracting(Shell.Result::exitCode, Shell.Result::err)
        .containsExactly(0, "");
    return server.lastAsked();
  }

  private Shell.Result roles(String... flags) {
    String[] args = Arrays.copyOf(flags, flags.length + 2);
    args[flags.length] = "user-session";
    args[flags.length + 1] = "roles";
    return shell.sts(args);
  }

  @Test
  void usesCurrentContext() {
    assertThat(serviceTokenOf()).isEqualTo("file-one");
  }

  @Test
  void usesNamedContext() {
    assertThat(apiTokenOf("--context", "two")).isEqualTo("file-two");
    assertThat(apiTokenOf("-c", "two")).isEqualTo("file-two");
    assertThat(shell.with("STS_CLI_CONTEXT", "two")).isNotNull();
    assertThat(apiTokenOf()).isEqualTo("file-two");
    assertThat(serviceTokenOf("-c", "one")).isEqualTo("file-one");
  }

  @Test
  void prefersVariablesToTheFileAndFlagsToBoth() {
    shell.with("STS_CLI_SERVICE_TOKEN", "variable");
    assertThat(serviceTokenOf()).isEqualTo("variable");
    assertThat(serviceTokenOf("--service-token", "flag")).isEqualTo("flag");
  }

  /** A wrong address must not get a saved token unnoticed. */
  @Test
  void warnsWhereASavedTokenGoesElsewhere() {
    String elsewhere = server.url().replace("localhost", "127.0.0.1");
    String warning =
        "Warning: the saved token of the context 'one' goes to %s, not to %s as it was saved.\n"
            .formatted(elsewhere, server.url());

    assertThat(roles("--url", elsewhere))
        .isEqualTo(new Shell.Result(0, "✅ Available roles: ci\n", warning));
    assertThat(roles("--url", elsewhere, "-o", "json").complaint()).isEqualTo(warning);
    assertThat(shell.with("STS_CLI_URL", elsewhere).sts("context", "validate").complaint())
        .isEqualTo(warning);
    assertThat(roles("--service-token", "mine").complaint()).isEmpty();

    shell.with("STS_CLI_URL", server.url().replace("http", "HTTP").replace("host", "HOST") + "/");
    assertThat(roles().complaint()).isEmpty();
    shell.with("STS_CLI_URL", server.url() + "/other");
    assertThat(roles().complaint()).startsWith("Warning: ").contains("/other");
  }

  @Test
  void tokenOfOneKindHidesSavedTokenOfTheOther() {
    assertThat(apiTokenOf("--api-token", "flag")).isEqualTo("flag");
    assertThat(server.lastAsked().header("X-api-key")).isEmpty();
  }

  @Test
  void takesApiPathFromVariableBeforeFile() {
    shell.with("STS_CLI_API_PATH", "/other");

    assertThat(askWith().line()).isEqualTo("GET /other/user/session/availableRoles");
  }

  /** Somebody meant to say something there, and must not act with another token instead. */
  @ParameterizedTest
  @CsvSource({
    "STS_CLI_SERVICE_TOKEN, ''",
    "STS_CLI_API_TOKEN, ''",
    "STS_CLI_URL, ''",
    "STS_CLI_API_PATH, ''",
    "STS_CLI_CONTEXT, ''",
    "STS_CLI_SERVICE_TOKEN, ' '",
    "STS_CLI_URL, '\t'"
  })
  void refusesAnEmptyVariable(String name, String value) {
    shell.with(name, value);

    for (String[] flags : new String[][] {{}, {"-o", "json"}}) {
      var result = roles(flags);
      assertThat(result.exitCode()).isEqualTo(1);
      assertThat(result.complaint())
          .contains("The variable " + name + " is set but empty; give it a value, or unset it");
    }
    // To save one, no other is asked for.
    assertThat(shell.sts("context", "save", "--name", "x").complaint())
        .contains(name.equals("STS_CLI_CONTEXT") ? "No server is given" : name);
    assertThat(shell.configFile()).content().doesNotContain("name: x");
    assertThat(server.asked()).isEmpty();
  }

  @Test
  void looksAtNoVariableThatAFlagReplaces() {
    shell.with("STS_CLI_SERVICE_TOKEN", "").with("STS_CLI_CONTEXT", "");

    assertThat(serviceTokenOf("--service-token", "flag", "-c", "one")).isEqualTo("flag");
  }

  @Test
  void needsNoFileWhenAllIsGiven() throws IOException {
    save("not: [yaml");
    shell.at(server);

    assertThat(serviceTokenOf()).isEqualTo(Shell.TOKEN);
  }

  @Test
  void readsTokenFromStandardInput() {
    shell.input("from-input\nmore\n");

    assertThat(serviceTokenOf("--service-token", "-")).isEqualTo("from-input");
    assertThat(roles("--service-token=-").exitCode()).isZero();
  }

  @Test
  void saysThatStandardInputHasNoToken() {
    var result = roles("--service-token", "-");

    assertThat(result.exitCode()).isEqualTo(3);
    assertThat(result.complaint()).startsWith("❌ Standard input has no token");
  }

  @Test
  void warnsOfTokenInFlagOnTerminalOnly() {
    assertThat(roles("--service-token", "flag").complaint()).isEmpty();
    shell.onTerminal();
    assertThat(roles("--service-token", "flag").complaint())
        .startsWith("Warning: ")
        .contains("STS_CLI_SERVICE_TOKEN")
        .doesNotContain("flag\n");
    assertThat(shell.input("t\n").sts("--service-token", "-", "user-session", "roles").complaint())
        .isEmpty();
  }

  @Test
  void refusesTwoKindsOfTokenAtOnce() {
    assertThat(roles("--service-token", "a", "--api-token", "b").exitCode()).isEqualTo(1);
    assertThat(roles("-c", "three").exitCode()).isEqualTo(1);
    shell.with("STS_CLI_API_TOKEN", "b");
    assertThat(roles("--service-token", "a").exitCode()).isEqualTo(1);
    assertThat(server.asked()).isEmpty();
  }

  @Test
  void saysThatContextDoesNotExist() {
    var result = roles("-c", "four");

    assertThat(result.exitCode()).isEqualTo(8);
    assertThat(result.complaint())
        .isEqualTo("❌ There is no context 'four'; \"sts context list\" shows those there are\n");
  }

  @Test
  void saysWhatIsMissing() throws IOException {
    Files.delete(shell.configFile());

    assertThat(roles().exitCode()).isEqualTo(1);
    assertThat(roles().complaint()).startsWith("❌ No server is given; save one with");
    assertThat(roles("--url", server.url()).complaint())
        .startsWith("❌ No token is given; save one");
    assertThat(roles("--config", home.resolve("none").toString()).complaint())
        .contains("does not exist");
  }

  @Test
  void readsFileOfXdgConfigHome() throws IOException {
    Path xdg = home.resolve("xdg");
    Files.createDirectories(xdg.resolve("stackstate-cli"));
    Files.move(shell.configFile(), xdg.resolve("stackstate-cli/config.yaml"));
    shell.with("XDG_CONFIG_HOME", xdg.toString());

    assertThat(serviceTokenOf()).isEqualTo("file-one");
  }
}
