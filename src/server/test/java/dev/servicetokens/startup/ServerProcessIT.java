package dev.servicetokens.startup;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.servicetokens.database.DataDirectory;
import dev.servicetokens.database.EmbeddedDatabase;
import dev.servicetokens.fixtures.PackagedServer;
import dev.servicetokens.fixtures.StartPreparation;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.Statement;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ServerProcessIT {
  @TempDir Path folder;

  @Test
  void answersHealthWithoutDetails() throws Exception {
    try (PackagedServer server = PackagedServer.start(folder);
        HttpClient client = HttpClient.newHttpClient()) {
      HttpResponse<String> response =
          client.send(
              HttpRequest.newBuilder(server.url().resolve("/health")).build(),
              HttpResponse.BodyHandlers.ofString());
      assertThat(response.statusCode()).isEqualTo(200);
      assertThat(response.body()).isEqualTo("{\"status\":\"UP\"}");
    }
  }

  @Test
  void endsWithItsDatabaseOnSigterm() {
    try (PackagedServer server = PackagedServer.start(folder)) {
      long postgres = server.postgresProcessId();
      assertThat(server.stop()).isEqualTo(128 + 15);
      await().until(() -> isGone(postgres));
      assertThat(folder.resolve("postgresql").resolve("postmaster.pid")).doesNotExist();
    }
  }

  @Test
  void startsAgainAfterAKillAndEndsTheOrphan() {
    long orphan;
    try (PackagedServer killed = PackagedServer.start(folder)) {
      orphan = killed.postgresProcessId();
      killed.kill();
      assertThat(isGone(orphan)).isFalse();
      try (PackagedServer next = PackagedServer.start(folder)) {
        assertThat(isGone(orphan)).isTrue();
        assertThat(next.postgresProcessId()).isNotEqualTo(orphan);
      }
    }
  }

  @Test
  void refusesASecondServerOnTheSameFolder() {
    try (PackagedServer first = PackagedServer.start(folder)) {
      PackagedServer second = PackagedServer.fail(folder, Map.of());
      String inUse = "in use by another server (process " + first.processId() + ")";
      assertRefused(second, inUse);
      assertRefused(PackagedServer.launch(folder, Map.of(), "--check"), inUse);
      assertThat(folder.resolve("lock")).hasContent(first.processId() + "\n");
    }
  }

  @Test
  void refusesAPortInUse() throws IOException {
    try (ServerSocket taken = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      String port = Integer.toString(taken.getLocalPort());
      PackagedServer server = PackagedServer.fail(folder, Map.of("MICRONAUT_SERVER_PORT", port));
      assertRefused(server, "Port " + port + " of 127.0.0.1 is in use by another program");
      assertThat(folder).as("no token, no database").isEmptyDirectory();
    }
  }

  @Test
  void refusesAPropertyOfTheWrongType() {
    PackagedServer server = PackagedServer.fail(folder, Map.of("MICRONAUT_SERVER_PORT", "abc"));
    assertRefused(server, "MICRONAUT_SERVER_PORT (micronaut.server.port) must be a whole number");
  }

  @Test
  void refusesSettingsThatNobodyCanHaveMeantAndWritesNothing() {
    PackagedServer server =
        PackagedServer.fail(
            folder,
            Map.of(
                "SERVICE_TOKENS_BOOTSTRAP_ROLE", "stackstate-guest", "MICRONAUT_SERVER_HOST", ""));
    assertRefused(server, "SERVICE_TOKENS_BOOTSTRAP_ROLE is no setting");
    assertRefused(server, "did you mean SERVICE_TOKENS_BOOTSTRAP_ROLES?");
    assertRefused(server, "MICRONAUT_SERVER_HOST is empty");
    assertThat(folder).isEmptyDirectory();
  }

  @Test
  void refusesAConfigurationFileThatCannotBeReadAndShowsNothingOfIt() throws IOException {
    Path broken = Files.writeString(folder.resolve("broken.yml"), "a: b\nc: \"hunter2\n: :");
    for (Path file : List.of(broken, folder.resolve("nothing.yml"), Path.of("/etc/passwd"))) {
      PackagedServer server =
          PackagedServer.fail(
              folder.resolve("data"), Map.of("MICRONAUT_CONFIG_FILES", file.toString()));
      assertRefused(server, "each file that MICRONAUT_CONFIG_FILES names must exist");
      assertThat(server.errors()).doesNotContain("hunter2", "root:");
    }
    assertThat(folder.resolve("data")).doesNotExist();
  }

  /** An exit code of its own, because "serve" is a command of sts. */
  @Test
  void refusesArgumentsThatItDoesNotTake() {
    try (PackagedServer server = PackagedServer.launch(folder, Map.of(), "--prot", "1", "banana")) {
      assertThat(server.exitCode()).isEqualTo(3);
      assertThat(server.errors())
          .isEqualTo(
              "sts serve has no option --prot: did you mean --port? See 'sts serve --help'\n");
      assertThat(folder).isEmptyDirectory();
    }
  }

  /**
   * A token is what its owner wrote, in a container beside a Kubernetes Service of our name, too.
   */
  @Test
  void takesVariablesLiterallyAndIgnoresThoseOfKubernetes() throws Exception {
    String token = "abc${HOME}${x:y}#{1}$$-0123456789";
    Map<String, String> variables =
        Map.of(
            "SERVICE_TOKENS_BOOTSTRAP_TOKEN", token,
            "SERVICE_TOKENS_SERVICE_HOST", "10.96.0.12",
            "SERVICE_TOKENS_SERVICE_PORT_HTTP", "8080",
            "SERVICE_TOKENS_PORT", "tcp://10.96.0.12:8080",
            "SERVICE_TOKENS_PORT_8080_TCP_ADDR", "10.96.0.12");
    try (PackagedServer server = PackagedServer.start(folder, variables);
        HttpClient client = HttpClient.newHttpClient()) {
      HttpResponse<String> response =
          client.send(
              HttpRequest.newBuilder(server.url().resolve("/api/server/status"))
                  .header("X-API-Key", token)
                  .build(),
              HttpResponse.BodyHandlers.ofString());
      assertThat(response.statusCode()).isEqualTo(200);
      assertThat(server.output())
          .contains("  Listens on   127.0.0.1:" + server.url().getPort() + "\n");
    }
  }

  @Test
  void refusesADatabaseItCannotReachWithoutQuotingItsPassword() {
    String url = "jdbc:postgresql://localhost:1/tokens?password=hunter2";
    PackagedServer server = PackagedServer.fail(folder, Map.of("DATASOURCES_DEFAULT_URL", url));
    assertRefused(server, "The database cannot be reached");
    assertThat(server.errors() + server.output()).doesNotContain("hunter2");
  }

  @Test
  void refusesAFileInPlaceOfTheFolder() throws IOException {
    Path file = Files.createFile(folder.resolve("file"));
    assertRefused(PackagedServer.fail(file, Map.of()), "is not a folder");
  }

  @Test
  void refusesADatabaseWhoseFilesAreBroken() throws IOException {
    PackagedServer.start(folder).close();
    Files.delete(folder.resolve("postgresql").resolve("global").resolve("pg_control"));
    assertRefused(PackagedServer.fail(folder, Map.of()), "pg_control");
  }

  @Test
  void refusesASchemaOfANewerVersion() throws Exception {
    PackagedServer.start(folder).close();
    try (EmbeddedDatabase database =
        EmbeddedDatabase.begin(
            new DataDirectory(folder), StartPreparation.programs(), System.out)) {
      database.awaitReady();
      try (Connection connection =
              DriverManager.getConnection(
                  database.url(), database.username(), database.password());
          Statement statement = connection.createStatement()) {
        statement.execute(
            """
            INSERT INTO flyway_schema_history
                   (installed_rank, version, description, type, script, checksum, installed_by,
                    execution_time, success)
            VALUES (9999, '99990101000000', 'from the future', 'SQL', 'V99990101000000__x.sql', 1,
                    'x', 1, TRUE)
            """);
      }
    }
    assertRefused(PackagedServer.fail(folder, Map.of()), "written by a newer version");
  }

  @Test
  void endsCleanlyWhenItIsToldToWhileItStarts() {
    try (PackagedServer server = PackagedServer.launch(folder, Map.of())) {
      await().until(() -> server.output().contains("First start"));
      assertThat(server.stop()).isEqualTo(128 + 15);
      assertThat(folder.resolve("postgresql").resolve("postmaster.pid")).doesNotExist();
    }
    try (PackagedServer next = PackagedServer.start(folder)) {
      assertThat(next.url()).isNotNull();
    }
  }

  private static void assertRefused(PackagedServer server, String reason) {
    assertThat(server.exitCode()).isEqualTo(1);
    assertThat(server.errors().lines()).last().asString().contains(reason);
    assertThat(server.errors()).doesNotContain("\tat ", "Exception");
  }

  // One that has ended but has no parent to notice is gone, too: it has no program any more.
  private static boolean isGone(long processId) {
    return ProcessHandle.of(processId)
        .map(ProcessHandle::info)
        .flatMap(info -> info.command())
        .equals(Optional.empty());
  }
}
