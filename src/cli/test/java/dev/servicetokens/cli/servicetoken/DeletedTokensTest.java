package dev.servicetokens.cli.servicetoken;

import static org.assertj.core.api.Assertions.assertThat;

import dev.servicetokens.cli.fixtures.FakeServer;
import dev.servicetokens.cli.fixtures.Shell;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** {@code sts service-token delete --deleted-in}: what a restored backup has revived. */
class DeletedTokensTest {

  private static final String FIRST = "107484341630693";
  private static final String SECOND = "207484341630693";
  private static final String OWN = "307484341630693";
  private static final String DELETE = "DELETE /api/security/tokens/";

  @TempDir Path home;
  private FakeServer server;
  private Shell shell;

  @BeforeEach
  void startServer() {
    server =
        FakeServer.start()
            .answers(
                "GET /api/user/session",
                200,
                "{\"id\":%s,\"name\":\"admin\",\"roles\":[\"stackstate-admin\"],\"permissions\":{}}"
                    .formatted(OWN))
            .answers(DELETE + FIRST, 204, "")
            .refuses(DELETE + SECOND, 404, "There is no token with this id.")
            .answers(DELETE + OWN, 204, "");
    shell = new Shell(home).at(server);
  }

  @AfterEach
  void stopServer() {
    server.close();
  }

  private static String event(String action, String outcome, String target) {
    return "{\"id\":8,\"action\":\"%s\",\"outcome\":\"%s\",\"target\":\"%s\",\"roles\":[\"a\"],\"targetName\":\"ci\"}"
        .formatted(action, outcome, target);
  }

  private static String list(String more, String... events) {
    return "{\"events\": [\n" + String.join(",\n", events) + "]" + more + "}\n";
  }

  private Shell.Result delete(String content, String... more) throws IOException {
    Path file = Files.writeString(home.resolve("audit.json"), content);
    String[] args = new String[4 + more.length];
    List.of("service-token", "delete", "--deleted-in", file.toString()).toArray(args);
    System.arraycopy(more, 0, args, 4, more.length);
    return shell.sts(args);
  }

  private List<String> deletes() {
    return server.asked().stream()
        .map(FakeServer.Asked::line)
        .filter(line -> line.startsWith("DELETE"))
        .toList();
  }

  @Test
  void deletesWhatWasDeletedAndNothingElse() throws IOException {
    var result =
        delete(
            list(
                "",
                event("token.create", "success", "999999999999999"),
                event("token.delete", "success", FIRST),
                event("token.delete", "denied", "888888888888888"),
                event("token.delete", "success", SECOND),
                event("token.delete", "success", FIRST),
                event("permission.revoke", "success", "team")));

    assertThat(result)
        .isEqualTo(
            new Shell.Result(
                0,
                "Deleted again: %s\n✅ 1 service token deleted again, 1 gone already\n"
                    .formatted(FIRST),
                ""));
    assertThat(deletes()).containsExactly(DELETE + FIRST, DELETE + SECOND);
  }

  @Test
  void takesLinesOfFollow() throws IOException {
    var result =
        delete(
            event("token.delete", "success", FIRST)
                + "\n"
                + event("token.create", "success", "999999999999999")
                + "\n",
            "-o",
            "json");

    assertThat(result.out())
        .isEqualTo(
            "{\n  \"deleted-service-tokens\": [\n    %s\n  ],\n  \"gone-service-tokens\": 0\n}\n"
                .formatted(FIRST));
  }

  @Test
  void takesIdsOfStandardInput() {
    assertThat(
            shell
                .input(SECOND + "\n\n " + FIRST + "\r\n")
                .sts("service-token", "delete", "--deleted-in", "-")
                .exitCode())
        .isZero();
    assertThat(deletes()).containsExactly(DELETE + SECOND, DELETE + FIRST);
  }

  @Test
  void deletesItsOwnTokenLast() throws IOException {
    assertThat(delete(OWN + "\n" + FIRST).exitCode()).isZero();
    assertThat(deletes()).containsExactly(DELETE + FIRST, DELETE + OWN);
  }

  @Test
  void hasNothingToDoWhereNothingWasDeleted() throws IOException {
    assertThat(delete(list("")).out())
        .isEqualTo("✅ 0 service tokens deleted again, 0 gone already\n");
    assertThat(server.asked()).isEmpty();
  }

  @Test
  void saysHowFarItCame() throws IOException {
    server.refuses(DELETE + SECOND, 503, "The database does not answer.");

    assertThat(delete(FIRST + "\n" + SECOND + "\n" + OWN).err())
        .contains("503", "1 of 3 service tokens were deleted again", "goes on from there");
    assertThat(deletes()).doesNotContain(DELETE + OWN);
  }

  @Test
  void saysHowToForceTheLastAdministrator() throws IOException {
    server.refuses(DELETE + SECOND, 409, "Nobody could create tokens then.");

    assertThat(delete(FIRST + "\n" + SECOND).err()).contains("--force", "1 of 2 service tokens");
  }

  /** A list that was cut off would leave the rest of the revived tokens live. */
  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "{\"events\":[],\"more\":true}|there are older events",
        "{\"events\":[{\"action\":\"token.delete\",\"outcome\":\"success\",\"target\":\"107484341630693\"}|not complete",
        "{\"events\":[{\"action\":\"token.delete\",\"outcome\":\"success\"}]}|no id of a service token in the event in line 1",
        "{\"events\":[{\"action\":\"token.delete\",\"outcome\":\"success\",\"target\":\"../7\"}]}|\"../7\"",
        "{\"events\":[7]}|something else than audit events",
        "{\"service-tokens\":[{\"id\":107484341630693}]}|no audit event in line 1",
        "{\"id\":107484341630693,\"name\":\"ci\"}|no audit event in line 1",
        "[107484341630693]|no id of a service token in line 1",
        "107484341630693 ci|no id of a service token in line 1",
        "1|no id of a service token in line 1",
        "-07484341630693|no id of a service token",
        "' '|is empty"
      })
  void refusesWhatItDoesNotUnderstandBeforeItDeletes(String content, String message)
      throws IOException {
    var result = delete(content);

    assertThat(result.exitCode()).isEqualTo(3);
    assertThat(result.complaint()).contains(message);
    assertThat(server.asked()).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(strings = {"nothing-here", "a\0b"})
  void refusesAFileThatThereIsNot(String file) {
    assertThat(shell.sts("service-token", "delete", "--deleted-in", file).complaint())
        .contains("cannot be read");
  }

  @Test
  void refusesAFileBesideAnId() throws IOException {
    assertThat(delete(FIRST, SECOND).complaint()).contains("not both");
    assertThat(server.asked()).isEmpty();
  }
}
