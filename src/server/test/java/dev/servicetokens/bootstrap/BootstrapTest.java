package dev.servicetokens.bootstrap;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.servicetokens.database.DataDirectory;
import dev.servicetokens.fixtures.Json;
import dev.servicetokens.fixtures.TestBeans;
import dev.servicetokens.fixtures.TestDatabase;
import dev.servicetokens.fixtures.TestServer;
import dev.servicetokens.startup.AdministratorTokenNotice;
import dev.servicetokens.startup.StartRefusal;
import dev.servicetokens.text.TokenText;
import dev.servicetokens.token.TokenString;
import io.micronaut.context.ApplicationContext;
import io.micronaut.context.event.StartupEvent;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.MessageDigest;
import java.time.Duration;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.Executors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class BootstrapTest {

  private static final String SECRET = "not-of-our-shape-but-long-enough";
  private static final String TOKEN = "service-tokens.bootstrap.token";

  @TempDir private Path folder;

  @Test
  void writesAdministratorTokenForItsOwnerOnFirstStartOnly() throws Exception {
    TestDatabase database = TestDatabase.create();
    try (TestServer first = TestServer.start(database, Map.of());
        TestServer second = TestServer.start(database, Map.of())) {
      Path file = first.directory().resolve("admin-token");

      assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(file)))
          .isEqualTo("rw-------");
      assertThat(Files.readString(file)).matches("svctok-[0-9A-Za-z]{38}\n");
      assertThat(first.bean(AdministratorTokenNotice.class).notice().orElseThrow().expiresAt())
          .isEqualTo(first.clock().instant().plus(Duration.ofHours(24)));
      assertThat(second.directory().resolve("admin-token")).doesNotExist();
      assertThat(names(second, first.administrator())).containsExactly("administrator");
    }
  }

  /** The first requests may show it before the node has read what the database knows. */
  @Test
  void hidesATokenOfWhichItKnowsTheDigestAlone() throws Exception {
    String secret = "known-by-its-digest-alone-0123456789";
    String digest =
        HexFormat.of()
            .formatHex(MessageDigest.getInstance("SHA-256").digest(secret.getBytes(UTF_8)));
    String text = "agent/1 " + secret + " (x)";
    try (TestBeans beans = TestBeans.on(TestDatabase.create())) {
      Bootstrap bootstrap =
          new Bootstrap(
              new BootstrapConfiguration(
                  null, null, digest, List.of("stackstate-admin"), Duration.ofHours(1), null),
              beans.bean(BootstrapTokens.class),
              new AdministratorTokenFile(new DataDirectory(folder)));

      bootstrap.onApplicationEvent(new StartupEvent(beans.bean(ApplicationContext.class)));
      assertThat(TokenText.mask(text)).isEqualTo("agent/1 … (x)");
      bootstrap.end();
      assertThat(TokenText.mask(text)).isEqualTo(text);
    }
  }

  /** A pod's volume: whoever else writes there could put a token of theirs in place of this one. */
  @Test
  void saysHowToStartWhereItsFileWouldNotBeSafe() throws Exception {
    Files.setPosixFilePermissions(folder, PosixFilePermissions.fromString("rwxrwxrwx"));
    AdministratorTokenFile file = new AdministratorTokenFile(new DataDirectory(folder));
    assertThatThrownBy(() -> file.write(TokenString.of(SECRET)))
        .isInstanceOf(StartRefusal.class)
        .hasMessageContaining("other users may write to " + folder)
        .hasMessageEndingWith("first token of your choice: SERVICE_TOKENS_BOOTSTRAP_TOKEN_FILE")
        .hasMessageNotContaining(SECRET);
    assertThat(folder).isEmptyDirectory();
  }

  @Test
  void makesOneAdministratorTokenWhenNodesStartTogether() throws Exception {
    TestDatabase database = TestDatabase.create();
    Callable<TestServer> start = () -> TestServer.start(database, Map.of());
    try (var threads = Executors.newFixedThreadPool(2)) {
      var starting = threads.invokeAll(List.of(start, start));
      try (TestServer one = starting.get(0).get();
          TestServer other = starting.get(1).get()) {
        boolean isOnes = Files.exists(one.directory().resolve("admin-token"));
        assertThat(Files.exists(other.directory().resolve("admin-token"))).isNotEqualTo(isOnes);
        assertThat(names(one, (isOnes ? one : other).administrator())).hasSize(1);
      }
    }
  }

  @Test
  void putsConfiguredTokenInPlaceOnceAndNeverAgain() {
    TestDatabase database = TestDatabase.create();
    try (TestServer server = TestServer.start(database, Map.of(TOKEN, SECRET))) {
      assertThat(names(server, SECRET)).containsExactly("bootstrap");
      assertThat(server.directory().resolve("admin-token")).doesNotExist();
    }
    try (TestServer again = TestServer.start(database, Map.of(TOKEN, SECRET))) {
      assertThat(names(again, SECRET)).containsExactly("bootstrap");
      again.api().delete(SECRET, again.api().idOf(SECRET, "bootstrap") + "?force=true");
      assertThat(again.api().get("/api/server/status", SECRET).statusCode()).isEqualTo(401);
    }
    try (TestServer later = TestServer.start(database, Map.of(TOKEN, SECRET))) {
      assertThat(later.api().get("/api/server/status", SECRET).statusCode()).isEqualTo(401);
    }
    try (TestServer other = TestServer.start(database, Map.of(TOKEN, SECRET + "2"))) {
      assertThat(names(other, SECRET + "2")).containsExactly("bootstrap");
    }
  }

  @Test
  void endsConfiguredTokenAfterItsTimeToLiveFromItsFirstStart() {
    TestDatabase database = TestDatabase.create();
    Map<String, String> twoHours = Map.of(TOKEN, SECRET, "service-tokens.bootstrap.ttl", "2h");
    TestServer.start(database, twoHours).close();
    try (TestServer server = TestServer.start(database, twoHours)) {
      server.clock().move(Duration.ofHours(2).minusMillis(1));
      assertThat(server.api().get("/api/server/status", SECRET).statusCode()).isEqualTo(200);
      server.clock().move(Duration.ofMillis(1));
      assertThat(server.api().get("/api/server/status", SECRET).statusCode()).isEqualTo(401);
    }
  }

  @Test
  void takesFileAndDigestAndRolesAndDedicatedSubject() throws Exception {
    Path file = Files.writeString(folder.resolve("secret"), SECRET + "\n");
    String digest =
        HexFormat.of()
            .formatHex(MessageDigest.getInstance("SHA-256").digest(SECRET.getBytes(UTF_8)));
    for (Map<String, String> form :
        List.of(
            Map.of("service-tokens.bootstrap.token-file", file.toString()),
            Map.of("service-tokens.bootstrap.token-sha256", digest))) {
      Map<String, String> properties = new HashMap<>(form);
      properties.put("service-tokens.bootstrap.roles", "stackstate-guest,first-steps");
      properties.put("service-tokens.bootstrap.dedicated-subject", "first-steps");
      try (TestServer server = TestServer.start(TestDatabase.create(), properties)) {
        assertThat(server.api().get("/api/user/session/availableRoles", SECRET).body())
            .isEqualTo("{\"roles\":[\"bootstrap\",\"stackstate-guest\",\"first-steps\"]}");
      }
    }
  }

  @ParameterizedTest
  @CsvSource({
    "token,tooshort,SERVICE_TOKENS_BOOTSTRAP_TOKEN",
    "token,has a blank in it and is long,SERVICE_TOKENS_BOOTSTRAP_TOKEN",
    "token-file,/nowhere/at/all,SERVICE_TOKENS_BOOTSTRAP_TOKEN_FILE",
    "token-sha256,abc,SERVICE_TOKENS_BOOTSTRAP_TOKEN_SHA256"
  })
  void namesVariableThatIsWrongAndShowsNoSecret(String property, String value, String variable) {
    assertThatThrownBy(
            () ->
                TestServer.start(
                    TestDatabase.create(), Map.of("service-tokens.bootstrap." + property, value)))
        .hasStackTraceContaining(variable)
        .satisfies(
            failure ->
                assertThat(stackTrace(failure))
                    .doesNotContain(property.equals("token") ? value : SECRET));
  }

  @ParameterizedTest
  @CsvSource({
    "roles,nobody,SERVICE_TOKENS_BOOTSTRAP_ROLES",
    "roles,'stackstate-guest,stackstate-guest',SERVICE_TOKENS_BOOTSTRAP_ROLES",
    "ttl,P9999999D,SERVICE_TOKENS_BOOTSTRAP_TTL",
    "ttl,-1h,SERVICE_TOKENS_BOOTSTRAP_TTL",
    "dedicated-subject,stackstate-admin,SERVICE_TOKENS_BOOTSTRAP_DEDICATED_SUBJECT"
  })
  void namesVariableOfTokenThatCannotBe(String property, String value, String variable) {
    assertThatThrownBy(
            () ->
                TestServer.start(
                    TestDatabase.create(),
                    Map.of(TOKEN, SECRET, "service-tokens.bootstrap." + property, value)))
        .hasStackTraceContaining(variable);
  }

  /** Whoever starts a server must learn that nobody gets in, and how to; the 401 says nothing. */
  @Test
  void saysHowToGetInWhenNoLiveTokenCanAdminister() throws Exception {
    TestDatabase database = TestDatabase.create();
    try (TestServer first = TestServer.start(database, Map.of())) {
      AdministratorTokenNotice waysIn = first.bean(AdministratorTokenNotice.class);
      assertThat(waysIn.warnings()).isEmpty();

      first.clock().move(Duration.ofHours(24));

      assertThat(waysIn.notice()).as("a dead token's file").isEmpty();
      assertThat(waysIn.warnings())
          .singleElement()
          .asString()
          .contains("No live token can administer", "SERVICE_TOKENS_BOOTSTRAP_TOKEN_FILE=")
          .doesNotContain(first.administrator());

      Files.writeString(first.directory().resolve("admin-token"), "svctok-of-another-database");
      assertThat(waysIn.notice()).as("an unknown token's file").isEmpty();
      assertThat(first.api().get("/api/server/status", "svctok-of-another-database").statusCode())
          .isEqualTo(401);
    }
    Path file = Files.writeString(folder.resolve("new-admin-token"), "f".repeat(64) + "\n");
    try (TestServer again =
        TestServer.startWithVariables(
            database, Map.of("SERVICE_TOKENS_BOOTSTRAP_TOKEN_FILE", file.toString()))) {
      assertThat(again.bean(AdministratorTokenNotice.class).warnings()).isEmpty();
      assertThat(names(again, "f".repeat(64))).contains("bootstrap");
    }
  }

  @Test
  void saysThatAConfiguredTokenIsDead() {
    TestDatabase database = TestDatabase.create();
    Map<String, String> configured = Map.of(TOKEN, SECRET);
    try (TestServer server = TestServer.start(database, configured)) {
      AdministratorTokenNotice waysIn = server.bean(AdministratorTokenNotice.class);
      assertThat(waysIn.warnings()).isEmpty();

      String other = server.api().createdWithRole(SECRET, "other", "stackstate-admin");
      server.api().delete(other, server.api().idOf(other, "bootstrap"));

      assertThat(waysIn.warnings())
          .singleElement()
          .asString()
          .contains("was deleted and stays dead", "SERVICE_TOKENS_BOOTSTRAP_TOKEN another value")
          .doesNotContain(SECRET);
    }
    Map<String, String> another = Map.of(TOKEN, SECRET + "2", "service-tokens.bootstrap.ttl", "1h");
    try (TestServer server = TestServer.start(database, another)) {
      server.clock().move(Duration.ofHours(1));
      assertThat(server.bean(AdministratorTokenNotice.class).warnings())
          .singleElement()
          .asString()
          .contains("has expired", "stays dead")
          .doesNotContain(SECRET);
    }
  }

  /** The first token of a database need not be an administrator's: then nobody is one. */
  @Test
  void saysHowToGetInBesideATokenThatCannotAdminister() {
    try (TestServer server =
        TestServer.start(
            TestDatabase.create(),
            Map.of(TOKEN, SECRET, "service-tokens.bootstrap.roles", "stackstate-guest"))) {
      assertThat(server.bean(AdministratorTokenNotice.class).warnings())
          .singleElement()
          .asString()
          .contains("No live token can administer", "env -u SERVICE_TOKENS_BOOTSTRAP_TOKEN ");
    }
  }

  private static List<String> names(TestServer server, String token) {
    return Json.read(server.api().get("/api/security/tokens", token).body())
        .findValuesAsText("name");
  }

  private static String stackTrace(Throwable failure) {
    StringWriter text = new StringWriter();
    failure.printStackTrace(new PrintWriter(text));
    return text.toString();
  }
}
