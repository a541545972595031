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

class CreateForScriptsTest {

  private static final String POST = "POST /api/security/tokens";
  private static final String LIST = "GET /api/security/tokens";
  private static final String NEW = "svctok-newnewnewnewnewnewnewnewnewnewnew123456";

  @TempDir Path home;
  private FakeServer server;
  private Shell shell;

  @BeforeEach
  void startServer() {
    server = FakeServer.start();
    server.answers(
        POST,
        200,
        "{\"name\":\"ci\",\"token\":\"" + NEW + "\",\"expiration\":1893456000000}",
        "Location",
        "/api/security/tokens/12");
    shell = new Shell(home).at(server);
  }

  @AfterEach
  void stopServer() {
    server.close();
  }

  private Shell.Result create(String... more) {
    return shell.sts(
        Stream.concat(
                Stream.of("service-token", "create", "-n", "ci", "--roles", "a"),
                Arrays.stream(more))
            .toArray(String[]::new));
  }

  private static String present(String expiration) {
    return """
    [{"id":7,"name":"ci","lastUpdateTimestamp":1,"roles":["a"]%s},
     {"id":8,"name":"cid","lastUpdateTimestamp":1,"roles":["a"]}]"""
        .formatted(expiration);
  }

  @ParameterizedTest
  @CsvSource({
    "--expires-in,30d,1803988800000",
    "--expires-in,90m,1801402200000",
    "--expiration,2027-02-01T08:30,1801470600000",
    "--expiration,2027-02-01T08:30:15,1801470615000",
    "--expiration,2027-02-01T08:30:00+02:00,1801463400000",
    "--expiration,2027-02-01T08:30:00Z,1801470600000"
  })
  void takesEndsOfAllForms(String flag, String value, String milliseconds) {
    assertThat(create(flag, value).exitCode()).isZero();
    assertThat(server.lastAsked().body()).contains("\"expiryDate\":" + milliseconds + ",");
  }

  @ParameterizedTest
  @CsvSource({
    "--expires-in,30",
    "--expires-in,0d",
    "--expires-in,-1d",
    "--expires-in,1y",
    "--expires-in,2027-01-31",
    "--expiration,30d",
    "--expiration,2027-02-01T25:00",
    "--expiration,2027-02-30T08:30"
  })
  void refusesWhatIsNoEndBeforeAnythingIsSent(String flag, String value) {
    var result = create(flag, value);

    assertThat(result.exitCode()).isEqualTo(3);
    assertThat(result.complaint()).contains("\"" + value + "\" is not a ").contains(flag);
    assertThat(server.asked()).isEmpty();
  }

  @Test
  void refusesTwoEnds() {
    assertThat(create("--expires-in", "1d", "--expiration", "2030-01-31").complaint())
        .isEqualTo("❌ Give --expiration or --expires-in, not both\n");
    assertThat(server.asked()).isEmpty();
  }

  /** On standard error, so that a script that takes the documented line takes nothing else. */
  @Test
  void saysThatATokenEndsForWhichNobodyAskedForAnEnd() {
    assertThat(create().err()).isEqualTo("It ends 2030-01-01 UTC, as the server's policy says.\n");
    assertThat(create().out()).isEqualTo("✅ Service token created: " + NEW + "\n");
    assertThat(create("--expires-in", "30d").err()).isEmpty();
    assertThat(create("-q").err()).isEmpty();
    assertThat(create("-o", "env").err()).isEmpty();
    assertThat(create("-o", "json").err()).isEmpty();
  }

  @Test
  void printsTheTokenAlone() {
    assertThat(create("-q")).isEqualTo(new Shell.Result(0, NEW + "\n", ""));
    assertThat(create("-q", "-o", "json").err()).contains("-q prints the token alone");
  }

  @Test
  void printsLinesForAShell() {
    assertThat(create("-o", "env"))
        .isEqualTo(
            new Shell.Result(
                0,
                """
                SERVICE_TOKEN=%s
                SERVICE_TOKEN_ID=12
                SERVICE_TOKEN_EXPIRATION=2030-01-01T00:00:00Z
                """
                    .formatted(NEW),
                ""));
  }

  @ParameterizedTest
  @ValueSource(strings = {"service-token list", "service-token delete 1", "whoami", "audit list"})
  void onlyWhatMakesATokenHasAFormForAShell(String command) {
    var result = shell.sts((command + " -o env").split(" "));

    assertThat(result.exitCode()).isEqualTo(3);
    assertThat(result.complaint()).startsWith("❌ -o env is for commands that make");
    assertThat(server.asked()).isEmpty();
  }

  @Test
  void tellsTheIdInJson() {
    assertThat(create("-o", "json").out()).contains("\"id\": 12,");
  }

  @Test
  void putsTheTokenIntoAFileThatOnlyItsOwnerMayRead() throws IOException {
    Path file = Files.writeString(home.resolve("token"), "old");
    Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rw-rw-rw-"));

    assertThat(create("--output-file", file.toString(), "--expires-in", "30d"))
        .isEqualTo(new Shell.Result(0, "✅ Service token created: 12, in " + file + "\n", ""));
    assertThat(file).hasContent(NEW + "\n");
    assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(file)))
        .isEqualTo("rw-------");
    try (Stream<Path> left = Files.list(home)) {
      assertThat(left).containsExactly(file);
    }
  }

  @Test
  void neverPrintsWhatIsInAFile() {
    String file = home.resolve("token").toString();

    assertThat(create("--output-file", file, "-q").out()).isEmpty();
    assertThat(create("--output-file", file, "-o", "json").out())
        .contains("\"file\": \"" + file)
        .doesNotContain(NEW);
    assertThat(create("--output-file", file, "-o", "env").out()).isEmpty();
    assertThat(Path.of(file)).content().startsWith("SERVICE_TOKEN=" + NEW + "\n");
  }

  @Test
  void makesNoTokenForAFileThatCannotBeWritten() throws IOException {
    Path folder = Files.createDirectory(home.resolve("folder"));

    for (String file :
        new String[] {home.resolve("none/token").toString(), folder.toString(), "/dev/null"}) {
      var result = create("--output-file", file);

      assertThat(result.exitCode()).isEqualTo(1);
      assertThat(result.err())
          .isEqualTo(
              "❌ "
                  + file
                  + " cannot be written: is there such a folder, and may you write to it?\n");
    }
    assertThat(server.asked()).isEmpty();
  }

  @Test
  void leavesTheFileAsItIsWhenTheServerRefuses() throws IOException {
    Path file = Files.writeString(home.resolve("token"), "old");
    server.refuses(POST, 403, "No.");

    assertThat(create("--output-file", file.toString()).exitCode()).isEqualTo(3);
    assertThat(file).hasContent("old");
    try (Stream<Path> left = Files.list(home)) {
      assertThat(left).containsExactly(file);
    }
  }

  @Test
  void makesOneOnlyIfAbsent() {
    server.answers(LIST, 200, present(""));

    assertThat(create("--if-absent"))
        .isEqualTo(new Shell.Result(0, "✅ Service token exists: 7\n", ""));
    assertThat(create("--if-absent", "-o", "json").out())
        .contains("\"created\": false")
        .contains("\"id\": 7")
        .doesNotContain("\"token\"");
    assertThat(server.asked()).extracting(FakeServer.Asked::line).doesNotContain(POST);

    server.answers(LIST, 200, present(",\"expiration\":1000"));
    assertThat(create("--if-absent").out()).startsWith("✅ Service token created");
    server.answers(LIST, 200, "[]");
    assertThat(create("--if-absent").out()).startsWith("✅ Service token created");
  }

  @Test
  void goesOnWithoutATokenInNoScript() {
    server.answers(LIST, 200, present(""));
    Path file = home.resolve("token");

    for (String[] form :
        new String[][] {{"-q"}, {"-o", "env"}, {"--output-file", file.toString()}}) {
      var result =
          create(
              Stream.concat(Stream.of("--if-absent"), Arrays.stream(form)).toArray(String[]::new));

      assertThat(result.exitCode()).isEqualTo(3);
      assertThat(result.out()).isEmpty();
      assertThat(result.err())
          .isEqualTo(
              "❌ The service token 'ci' exists (7), and its token string is shown once only; rotate it\n");
    }
    assertThat(file).doesNotExist();
  }

  @Test
  void connectsWithTheTokenInAFile() throws IOException {
    Path file = Files.writeString(home.resolve("own"), "  " + Shell.TOKEN + "\n");
    shell.without("STS_CLI_SERVICE_TOKEN");

    assertThat(create("--service-token-file", file.toString()).exitCode()).isZero();
    assertThat(server.asked()).allMatch(asked -> asked.header("X-api-key").equals(Shell.TOKEN));
  }

  @ParameterizedTest
  @ValueSource(strings = {"", " \n", "svctok-one\nsvctok-two\n"})
  void refusesAFileWithoutATokenAlone(String content) throws IOException {
    Path file = Files.writeString(home.resolve("own"), content);

    var result = create("--service-token-file", file.toString());

    assertThat(result.exitCode()).isEqualTo(1);
    assertThat(result.err()).endsWith("does not hold a token alone, in one line\n");
    assertThat(server.asked()).isEmpty();
  }

  @Test
  void refusesATokenFileThatIsNoneOrBesideAToken() {
    assertThat(create("--service-token-file", home.resolve("none").toString()).err())
        .contains("cannot be read: is there such a file");
    assertThat(create("--service-token-file", "/dev/zero").exitCode()).isEqualTo(1);
    assertThat(create("--service-token-file", "x", "--service-token", Shell.TOKEN).complaint())
        .startsWith("❌ Give --service-token or --service-token-file");
    assertThat(server.asked()).isEmpty();
  }
}
