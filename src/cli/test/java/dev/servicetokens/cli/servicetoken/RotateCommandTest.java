package dev.servicetokens.cli.servicetoken;

import static org.assertj.core.api.Assertions.assertThat;

import dev.servicetokens.cli.fixtures.FakeServer;
import dev.servicetokens.cli.fixtures.Shell;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Arrays;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class RotateCommandTest {

  private static final String ID = "107484341630693";
  private static final String POST = "POST /api/security/tokens/" + ID + "/rotate";
  private static final String POST_OWN = "POST /api/user/session/token/rotate";
  private static final String NEW = "svctok-newnewnewnewnewnewnewnewnewnewnew123456";
  private static final String ANSWER =
      "{\"id\":%s,\"name\":\"ci\",\"token\":\"%s\",\"expiration\":1893456000000,\"overlapEnds\":1801483200000}"
          .formatted(ID, NEW);

  @TempDir Path home;
  private FakeServer server;
  private Shell shell;

  @BeforeEach
  void startServer() {
    server = FakeServer.start().answers(POST, 200, ANSWER).answers(POST_OWN, 200, ANSWER);
    shell = new Shell(home).at(server);
  }

  @AfterEach
  void stopServer() {
    server.close();
  }

  private Shell.Result rotate(String... more) {
    return shell.sts(
        Stream.concat(Stream.of("service-token", "rotate"), Arrays.stream(more))
            .toArray(String[]::new));
  }

  @Test
  void printsTheTokenAndWhenTheOldOneEnds() {
    assertThat(rotate(ID))
        .isEqualTo(
            new Shell.Result(
                0,
                "✅ Service token rotated: "
                    + NEW
                    + "\nThe old token string ends 2027-02-01 12:00:00 UTC.\n",
                ""));
    assertThat(server.lastAsked().body()).isEqualTo("{}");
  }

  @ParameterizedTest
  @CsvSource({
    "--overlap,12h,overlap,PT12H",
    "--overlap,7d,overlap,PT168H",
    "--overlap,0,overlap,PT0S",
    "--until,first-use,until,first-use",
    "--until,time,until,time",
    "--idempotency-key,monday,idempotencyKey,monday",
  })
  void sendsWhatIsWanted(String flag, String value, String field, String sent) {
    assertThat(rotate(ID, flag, value).exitCode()).isZero();
    assertThat(server.lastAsked().body()).isEqualTo("{\"%s\":\"%s\"}".formatted(field, sent));
  }

  @Test
  void saysWhatEndsTheOldOne() {
    assertThat(rotate(ID, "--until", "first-use").out())
        .endsWith(
            "The old token string ends when the new one is used, at the latest 2027-02-01 12:00:00 UTC.\n");
    server.answers(POST, 200, "{\"id\":%s,\"name\":\"ci\",\"token\":\"%s\"}".formatted(ID, NEW));
    assertThat(rotate(ID, "--overlap", "0").out()).endsWith("The old token string has ended.\n");
  }

  @Test
  void findsTheTokenByItsName() {
    server.answers(
        "GET /api/security/tokens",
        200,
        "[{\"id\":%s,\"name\":\"ci\",\"lastUpdateTimestamp\":1,\"roles\":[\"a\"]}]".formatted(ID));

    assertThat(rotate("--name", "ci", "-q")).isEqualTo(new Shell.Result(0, NEW + "\n", ""));
    assertThat(server.lastAsked().line()).isEqualTo(POST);
  }

  @Test
  void rotatesTheTokenThatItActsWith() {
    assertThat(rotate("--self", "-q").out()).isEqualTo(NEW + "\n");
    assertThat(server.lastAsked().line()).isEqualTo(POST_OWN);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "''|❌ Which service token?",
        "--self 12|❌ Give one service token or --self, not both",
        "--self --name a|❌ Give one service token or --self, not both",
        "12 --overlap soon|❌ \"soon\" is not a length of time; write --overlap like",
        "12 --overlap 0h|❌ \"0h\" is not a length of time",
        "12 --until used|❌ --until is time or first-use, not \"used\"",
      })
  void refusesWhatCannotBeMeantBeforeAnythingIsSent(String arguments, String complaint) {
    var result = rotate(arguments.isEmpty() ? new String[0] : arguments.split(" "));

    assertThat(result.exitCode()).isEqualTo(3);
    assertThat(result.complaint()).startsWith(complaint);
    assertThat(server.asked()).isEmpty();
  }

  @Test
  void printsForProgramsAndShells() {
    assertThat(rotate(ID, "-o", "json").out())
        .isEqualTo(
            """
            {
              "rotated-service-token": {
                "expiration": 1893456000000,
                "id": 107484341630693,
                "name": "ci",
                "overlapEnds": 1801483200000,
                "token": "%s"
              }
            }
            """
                .formatted(NEW));
    assertThat(rotate(ID, "-q", "-o", "json").err()).contains("-q prints the token alone");
    assertThat(rotate(ID, "-o", "env").out())
        .isEqualTo(
            "SERVICE_TOKEN=%s\nSERVICE_TOKEN_ID=%s\nSERVICE_TOKEN_EXPIRATION=2030-01-01T00:00:00Z\n"
                .formatted(NEW, ID));
  }

  /** A job's secret file is never half a token, nor anybody else's to read. */
  @Test
  void replacesAFileInOneStep() throws IOException {
    Path file = home.resolve("job.token");
    Files.writeString(file, "old\n");
    Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rw-r--r--"));

    var result = rotate("--self", "--output-file", file.toString());

    assertThat(result.out())
        .startsWith("✅ Service token rotated: " + ID + ", in " + file)
        .doesNotContain(NEW);
    assertThat(file).hasContent(NEW + "\n");
    assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(file)))
        .isEqualTo("rw-------");
    try (Stream<Path> files = Files.list(home)) {
      assertThat(files.filter(other -> other.toString().endsWith(".tmp"))).isEmpty();
    }
  }

  @Test
  void rotatesNothingIfTheFileCannotBeWritten() {
    var result = rotate("--self", "--output-file", home.resolve("none/job.token").toString());

    assertThat(result.exitCode()).isEqualTo(1);
    assertThat(result.complaint()).contains("cannot be written");
    assertThat(server.asked()).isEmpty();
  }

  /** The old token string must stay where it is. */
  @ParameterizedTest
  @ValueSource(ints = {401, 409, 503})
  void leavesTheFileIfTheServerRefuses(int status) throws IOException {
    Path file = home.resolve("job.token");
    Files.writeString(file, "old\n");
    server.refuses(POST_OWN, status, "Not now.");

    assertThat(rotate("--self", "--output-file", file.toString()).exitCode()).isNotZero();

    assertThat(file).hasContent("old\n");
  }

  @Test
  void saysWhatToDoIfTheTokenIsLost() {
    assertThat(shell.withFullDisk().sts("service-token", "rotate", ID).complaint())
        .contains("sts service-token rotate " + ID);
  }
}
