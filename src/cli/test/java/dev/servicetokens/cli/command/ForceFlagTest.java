package dev.servicetokens.cli.command;

import static org.assertj.core.api.Assertions.assertThat;

import dev.servicetokens.cli.fixtures.FakeServer;
import dev.servicetokens.cli.fixtures.Shell;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The last token that can create tokens goes only if somebody really means it. */
class ForceFlagTest {

  private static final String TOKEN = "DELETE /api/security/tokens/1";
  private static final String SUBJECT = "DELETE /api/security/subjects/s";
  private static final String PERMISSION = "DELETE /api/security/permissions/s";
  private static final String MESSAGE = "No live token could create tokens.";

  private static final List<String> COMMAND_LINES =
      List.of(
          "service-token delete 1",
          "rbac delete-subject --subject s",
          "rbac revoke --subject s --permission p");

  @TempDir Path home;
  private FakeServer server;
  private Shell shell;

  @BeforeEach
  void startServer() {
    server =
        FakeServer.start()
            .answers(TOKEN + "?force=true", 204, "")
            .answers(SUBJECT + "?force=true", 200, "")
            .answers(PERMISSION + "?permission=p&resource=system&force=true", 200, "")
            .answers(
                "GET /api/security/permissions/s",
                200,
                "{\"subjectHandle\":\"s\",\"fromSources\":[],\"permissions\":{}}");
    for (String order : List.of(TOKEN, SUBJECT, PERMISSION)) {
      server.refuses(order, 409, MESSAGE);
    }
    shell = new Shell(home).at(server);
  }

  @AfterEach
  void stopServer() {
    server.close();
  }

  private Shell.Result sts(String commandLine, String... more) {
    return shell.sts(
        Stream.concat(Stream.of(commandLine.split(" ")), Stream.of(more)).toArray(String[]::new));
  }

  @Test
  void saysHowToForceIntoAPipe() {
    for (String commandLine : COMMAND_LINES) {
      assertThat(sts(commandLine))
          .isEqualTo(
              new Shell.Result(
                  3,
                  "",
                  "❌ 409 Conflict\n"
                      + MESSAGE
                      + "\nTracking key: key-1\n--force does it all the same.\n"));
    }
  }

  @Test
  void forcesAtOnceWithTheFlag() {
    for (String commandLine : COMMAND_LINES) {
      assertThat(sts(commandLine, "--force").exitCode()).isZero();
    }
    assertThat(server.asked())
        .extracting(FakeServer.Asked::line)
        .filteredOn(line -> line.startsWith("DELETE"))
        .containsExactly(TOKEN, SUBJECT, PERMISSION);
  }

  @ParameterizedTest
  @ValueSource(strings = {"y\n", "Y\n", "yes\n", " yes \r\n", "y"})
  void forcesWhenAPersonAgrees(String answer) {
    for (String commandLine : COMMAND_LINES) {
      var result = shell.onTerminal().input(answer).sts(commandLine.split(" "));

      assertThat(result.exitCode()).isZero();
      assertThat(result.complaint()).isEqualTo(MESSAGE + "\nDo it all the same? [y/N]\n");
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "\n", "n\n", "no\n", "yess\n", "n\ny\n", "\u0001y\n"})
  void changesNothingWhenAPersonDoesNot(String answer) {
    for (String commandLine : COMMAND_LINES) {
      var result = shell.onTerminal().input(answer).sts(commandLine.split(" "));

      assertThat(result.exitCode()).isEqualTo(3);
      assertThat(result.complaint()).contains("Nothing was changed");
    }
    assertThat(server.asked()).noneMatch(asked -> asked.query().contains("force"));
  }

  /** A program that reads JSON may have a terminal around it, and nobody to answer. */
  @Test
  void asksNoProgram() {
    var result = shell.onTerminal().input("y\n").sts("-o", "json", "service-token", "delete", "1");

    assertThat(result.exitCode()).isEqualTo(3);
    assertThat(result.complaint()).contains("\"advice\": \"--force does it all the same.\"");
    assertThat(server.asked()).noneMatch(asked -> asked.query().contains("force"));
  }

  @Test
  void asksOnlyAboutThisRefusal() {
    server.refuses(TOKEN, 403, "It lacks delete-service-tokens.");

    var result = shell.onTerminal().input("y\n").sts("service-token", "delete", "1");

    assertThat(result.complaint()).doesNotContain("[y/N]").contains("403 Forbidden");
  }
}
