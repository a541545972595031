package dev.servicetokens.cli.product;

import static org.assertj.core.api.Assertions.assertThat;

import dev.servicetokens.cli.fixtures.PackagedSts;
import dev.servicetokens.cli.fixtures.RealServer;
import dev.servicetokens.cli.fixtures.Shell.Result;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Arrays;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The lines of the published command line, between the packaged one and the packaged server. */
final class CommandLineIT {

  private static final Pattern TOKEN = Pattern.compile("svctok-[0-9A-Za-z]{38}");

  @TempDir private static Path folder;
  private static RealServer server;

  @TempDir private Path home;
  private PackagedSts shell;

  @BeforeAll
  static void startServer() throws IOException {
    server = RealServer.start(folder);
  }

  @AfterAll
  static void stopServer() {
    server.close();
  }

  @BeforeEach
  void pointAtServer() throws IOException {
    shell =
        new PackagedSts(home)
            .with("STS_CLI_URL", server.url())
            .with("STS_CLI_SERVICE_TOKEN", server.administratorToken());
  }

  private Result succeed(String... args) throws IOException, InterruptedException {
    Result result = shell.sts(args);
    assertThat(result.err()).isEmpty();
    assertThat(result.exitCode()).isZero();
    return result;
  }

  private String create(String name, String... more) throws IOException, InterruptedException {
    String[] args = {"service-token", "create", "--name", name, "--roles", "stackstate-guest"};
    String[] all = Arrays.copyOf(args, args.length + more.length);
    System.arraycopy(more, 0, all, args.length, more.length);
    return succeed(all).out();
  }

  private String idOf(String name) throws IOException, InterruptedException {
    Matcher row =
        Pattern.compile("(?m)^(\\d{15}) \\| " + name + " ")
            .matcher(succeed("service-token", "list").out());
    assertThat(row.find()).isTrue();
    return row.group(1);
  }

  @Test
  void servesAScript() throws IOException, InterruptedException {
    assertThat(succeed("wait", "--timeout", "5s").out()).isEqualTo("✅ The server is ready\n");
    Path file = home.resolve("job.token");
    String[] limits = {"--expires-in", "30d", "--if-absent", "--output-file", file.toString()};
    String id = create("script", limits).replaceFirst("(?s).*created: (\\d{15}), in .*", "$1");

    assertThat(file).content().matches(TOKEN + "\n");
    assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(file)))
        .isEqualTo("rw-------");
    assertThat(create("script", "--if-absent")).isEqualTo("✅ Service token exists: " + id + "\n");
    assertThat(succeed("service-token", "describe", "-n", "script").out())
        .startsWith("ID: " + id + "\n");
    assertThat(succeed("service-token", "delete", "--name", "script").out())
        .isEqualTo("✅ Service token deleted: " + id + "\n");
    assertThat(succeed("service-token", "delete", "--name", "script", "--ignore-missing").out())
        .isEqualTo("✅ There is no such service token: nothing to do\n");
  }

  @Test
  void createsListsAndDeletes() throws IOException, InterruptedException {
    assertThat(create("story", "--expiration", "2030-01-31"))
        .matches("✅ Service token created: " + TOKEN + "\n");
    String id = idOf("story");
    assertThat(succeed("service-token", "list").out().lines())
        .anyMatch(line -> line.matches("ID +\\| NAME +\\| EXPIRATION +\\| ROLES.*"))
        .anyMatch(line -> line.matches(id + " \\| story +\\| 2030-01-31 UTC +\\| .*"));

    assertThat(succeed("service-token", "delete", id).out())
        .isEqualTo("✅ Service token deleted: " + id + "\n");

    Result again = shell.sts("service-token", "delete", "--id", id);
    assertThat(again.exitCode()).isEqualTo(3);
    assertThat(again.err().lines().toList())
        .hasSize(3)
        .satisfies(lines -> assertThat(lines.get(0)).isEqualTo("❌ 404 Not Found"))
        .satisfies(lines -> assertThat(lines.get(1)).contains(id))
        .satisfies(lines -> assertThat(lines.get(2)).startsWith("Tracking key: "));
  }

  @Test
  void printsJson() throws IOException, InterruptedException {
    assertThat(create("json", "--expiration", "2030-01-31", "-o", "json"))
        .matches(
            """
            \\{
              "service-token": \\{
                "expiration": 1896048000000,
                "id": \\d{15},
                "name": "json",
                "token": "%s"
              }
            }
            """
                .formatted(TOKEN));
    String id = idOf("json");
    assertThat(succeed("service-token", "list", "-o", "json").out())
        .startsWith("{\n  \"service-tokens\": [\n    {\n")
        .contains("      \"id\": " + id + ",\n")
        .doesNotContain("svctok-", "null");
    assertThat(succeed("service-token", "delete", id, "-o", "json").out())
        .isEqualTo("{\n  \"deleted-service-token\": " + id + "\n}\n");

    Result refused = shell.sts("service-token", "delete", id, "-o", "json");
    assertThat(refused.exitCode()).isEqualTo(3);
    assertThat(refused.out()).isEmpty();
    assertThat(refused.err())
        .contains("  \"error\": true,\n", "  \"error-message\": \"404 Not Found\",\n");
  }

  @Test
  void showsADedicatedSubjectInAFifthColumn() throws IOException, InterruptedException {
    assertThat(create("dedicated", "--dedicatedSubject", "batch")).startsWith("✅ ");
    assertThat(succeed("service-token", "list").out().lines())
        .anyMatch(line -> line.matches("ID .* \\| DEDICATED_SUBJECT"))
        .anyMatch(line -> line.matches("\\d{15} \\| dedicated .* \\| batch"));

    succeed("service-token", "delete", idOf("dedicated"));
    assertThat(succeed("service-token", "list").out()).doesNotContain("DEDICATED_SUBJECT");
  }

  @Test
  void passesTheServersRefusalsOn() throws IOException, InterruptedException {
    Result role = shell.sts("service-token", "create", "-n", "x", "--roles", "no-such-role");
    assertThat(role.exitCode()).isEqualTo(3);
    assertThat(role.err())
        .startsWith("❌ 400 Bad Request\n")
        .contains("no-such-role", "The roles are: ", "stackstate-guest, ");

    Result past =
        shell.sts(
            "service-token",
            "create",
            "-n",
            "x",
            "--roles",
            "stackstate-guest",
            "--expiration",
            "2020-01-01");
    assertThat(past.exitCode()).isEqualTo(3);
    assertThat(past.err())
        .isEqualTo(
            "❌ 400 Bad Request\n2020-01-01 (midnight UTC) is over; give --expiration a later date\n");

    Matcher guest = TOKEN.matcher(create("guest"));
    assertThat(guest.find()).isTrue();
    Result forbidden =
        shell.with("STS_CLI_SERVICE_TOKEN", guest.group()).sts("service-token", "list");
    assertThat(forbidden.exitCode()).isEqualTo(3);
    assertThat(forbidden.err())
        .startsWith("❌ 403 Forbidden\n")
        .contains("get-service-tokens")
        .doesNotContain("svctok-");
  }

  @Test
  void saysThatTheTokenIsRefused() throws IOException, InterruptedException {
    Result result = shell.with("STS_CLI_SERVICE_TOKEN", "svctok-none").sts("user-session", "roles");
    assertThat(result.exitCode()).isEqualTo(4);
    assertThat(result.err())
        .startsWith(
            "❌ Authentication failed when connecting to " + server.url() + "/api: Authentication")
        .doesNotContain("svctok-none");
  }

  @Test
  void definesGrantsAndDeletesAPermission() throws IOException, InterruptedException {
    assertThat(succeed("rbac", "list-permissions", "--custom").out())
        .startsWith("No permissions of your own;");
    String name = "deploy:prod";
    rbac("create-permission --permission deploy:prod --description Deploy");
    rbac("create-subject --subject deployer");
    assertThat(rbac("grant --subject deployer --permission deploy:prod --resource cluster-1"))
        .endsWith("PERMISSION  | RESOURCE\ndeploy:prod | cluster-1\n");
    assertThat(rbac("list-permissions --custom")).endsWith("\ndeploy:prod | Custom | Deploy\n");
    assertThat(rbac("list-permissions")).contains(", " + name + ", ");
    assertThat(succeed("completion", "permissions", "--custom").out()).isEqualTo(name + "\n");
    assertThat(succeed("whoami").out()).contains("\nEvery permission, ").doesNotContain(name);
    assertThat(succeed("whoami", "--all").out()).contains("\n" + name + " ");

    Result held = shell.sts("rbac", "delete-permission", "--permission", name);
    assertThat(held.exitCode()).isEqualTo(3);
    assertThat(held.err())
        .startsWith("❌ 409 Conflict\n")
        .contains(name, "1 ")
        .endsWith("\n--force takes it from them first.\n");
    assertThat(rbac("delete-permission --permission deploy:prod --force"))
        .isEqualTo("✅ Deleted permission 'deploy:prod'\n");
    assertThat(rbac("describe-permissions --subject deployer"))
        .endsWith("No matching permissions found.\n");

    Result undefined =
        shell.sts("rbac", "grant", "--subject", "deployer", "--permission", "deploy:prod");
    assertThat(undefined.exitCode()).isEqualTo(3);
    assertThat(undefined.err())
        .startsWith("❌ 400 Bad Request\n")
        .contains(name, "sts rbac create-permission");
    assertThat(shell.sts("rbac", "delete-permission", "--permission", name).err())
        .startsWith("❌ 404 Not Found\n");
    assertThat(shell.sts("rbac", "create-permission", "--permission", "get-views").err())
        .startsWith("❌ 400 Bad Request\n");
  }

  private String rbac(String commandLine) throws IOException, InterruptedException {
    return succeed(("rbac " + commandLine).split(" ")).out();
  }

  @Test
  void tellsRolesAndRequests() throws IOException, InterruptedException {
    Result result = shell.sts("user-session", "roles", "-v", "--no-color");
    assertThat(result.out())
        .isEqualTo("[SUCCESS] Available roles: administrator, stackstate-admin\n");
    assertThat(result.err())
        .matches(
            "GET /api/server/info 200 \\d+ ms\nGET /api/user/session/availableRoles 200 \\d+ ms\n");
  }

  /** A CI job often has no locale; symbols must survive that. A token must not get on the line. */
  @Test
  void keepsContexts() throws IOException, InterruptedException {
    PackagedSts plain = new PackagedSts(home);
    String token = server.administratorToken();
    Result saved =
        plain.stsReading(
            token + "\n", "context", "save", "--url", server.url(), "--service-token", "-");
    assertThat(saved.err()).isEmpty();
    assertThat(saved.out())
        .matches(
            "✅ Connection verified to \\S+ \\(Platform version: \\S+\\)\n✅ Saved context: 'default'\n");
    assertThat(Files.readString(plain.configFile()))
        .isEqualTo(
            """
            contexts:
                - name: default
                  context:
                      url: %s
                      service-token: %s
                      api-path: /api
                      admin-api-path: ""
                      skip-ssl: false
            current-context: default
            """
                .formatted(server.url(), token));
    assertThat(Files.getPosixFilePermissions(plain.configFile()))
        .isEqualTo(PosixFilePermissions.fromString("rw-------"));

    assertThat(plain.sts("service-token", "list").out()).contains("administrator");
    assertThat(plain.sts("context", "validate").out()).endsWith("✅ Context default is valid.\n");
    assertThat(plain.sts("context", "show", "-o", "json").out())
        .contains("\"name\": \"default\"")
        .doesNotContain(token);
    assertThat(plain.sts("context", "delete", "--name", "default").exitCode()).isEqualTo(3);
  }

  @Test
  void savesNothingThatTheServerRefuses() throws IOException, InterruptedException {
    Result result =
        shell.with("STS_CLI_SERVICE_TOKEN", "svctok-none").sts("context", "save", "--name", "bad");
    assertThat(result.exitCode()).isEqualTo(4);
    assertThat(shell.configFile()).doesNotExist();
  }
}
