package dev.servicetokens;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.servicetokens.fixtures.Postgres;
import dev.servicetokens.fixtures.TestAuthority;
import dev.servicetokens.fixtures.TestDatabase;
import dev.servicetokens.fixtures.TestServer;
import dev.servicetokens.startup.ServeArguments;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.HashMap;
import java.util.Locale;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What {@code sts serve --check} says, and that it leaves no trace. */
final class StartPreviewTest {
  @TempDir Path folder;

  /** What was printed, and whether a start would work. */
  private record Preview(boolean works, String out, String err) {}

  @Test
  void saysWhatAStartWouldDoWithoutASetting() {
    Preview preview = preview(Map.of());

    assertThat(preview.err()).isEmpty();
    assertThat(preview.works()).isTrue();
    assertThat(preview.out().lines())
        .containsExactly(
            "Address: http on 127.0.0.1, port any that is free",
            "Trusted proxies: none",
            "First token: an administrator token for 24 h in a file, if there is no token yet",
            "Of your own: roles: none; permissions: none",
            "Data: " + folder.resolve("data") + " (made at the first start)",
            "Database: embedded, made at the first start",
            "A start would work.");
    assertThat(folder).isEmptyDirectory();
  }

  @Test
  void saysWhatIsConfigured() throws IOException {
    Path certificate = folder.resolve("tls.crt");
    Path key = folder.resolve("tls.key");
    TestAuthority.in(folder).issue().write(certificate, key);
    Path token = Files.writeString(folder.resolve("token"), "hunter2-hunter2-hunter2\n");
    Preview preview =
        preview(
            Map.of(
                "MICRONAUT_SERVER_HOST", "0.0.0.0",
                "SERVICE_TOKENS_TLS_CERTIFICATE", certificate.toString(),
                "SERVICE_TOKENS_TLS_KEY", key.toString(),
                "SERVICE_TOKENS_BOOTSTRAP_TOKEN_FILE", token.toString(),
                "SERVICE_TOKENS_TRUSTED_PROXIES", "10.0.0.0/8,192.0.2.1",
                "SERVICE_TOKENS_PERMISSIONS", "deploy:prod",
                "SERVICE_TOKENS_MANAGEMENT_PORT", "-1",
                "SERVICE_TOKENS_ROLES_CI_PERMISSIONS", "deploy:prod"));

    assertThat(preview.works()).as(preview.err()).isTrue();
    assertThat(preview.out())
        .contains("Address: https on 0.0.0.0, port any that is free\n")
        .contains("Management: http on 127.0.0.1, port any that is free\n")
        .contains("TLS certificate: localhost, 127.0.0.1, ends 20")
        .contains("Trusted proxies: 10.0.0.0/8, 192.0.2.1\n")
        .contains("First token: the token of SERVICE_TOKENS_BOOTSTRAP_TOKEN_FILE, once, with")
        .contains("Of your own: roles: ci; permissions: deploy:prod\n")
        .doesNotContain("hunter2");
  }

  @Test
  void warnsOfAnOpenPort() {
    assertThat(preview(Map.of("MICRONAUT_SERVER_HOST", "0.0.0.0")).out())
        .contains("Warning: MICRONAUT_SERVER_HOST is 0.0.0.0 and the server speaks plain HTTP");
  }

  @Test
  void asksADatabaseOfYoursAndChangesNothingInIt() {
    TestDatabase database = TestDatabase.create();
    Preview before = preview(of(database));

    assertThat(before.works()).as(before.err()).isTrue();
    assertThat(before.out())
        .contains("Database: jdbc:postgresql://")
        .contains("It answers: PostgreSQL 1")
        .containsPattern("Schema: none yet; the start makes \\d+ changes to it\n");
    assertThat(database.texts("SELECT count(*) FROM pg_tables WHERE schemaname = current_schema()"))
        .containsExactly("0");

    TestServer.start(database, Map.of()).close();
    assertThat(preview(of(database)).out())
        .containsPattern("Schema: \\d{12}, that of this release\n");

    database.execute(
        "UPDATE flyway_schema_history SET version = '299901010000' WHERE installed_rank = (SELECT"
            + " max(installed_rank) FROM flyway_schema_history)");
    Preview newer = preview(of(database));
    assertThat(newer.works()).isFalse();
    assertThat(newer.err()).startsWith("The database was written by a newer version");
  }

  /** As whoever goes back to an older version is told to. */
  @Test
  void acceptsANewerSchemaWhereAStartDoes() {
    TestDatabase database = TestDatabase.create();
    TestServer.start(database, Map.of()).close();
    database.execute(
        "INSERT INTO flyway_schema_history SELECT max(installed_rank) + 1, '299901010000', 'later',"
            + " 'SQL', 'V299901010000__later.sql', 0, 'postgres', now(), 1, true FROM"
            + " flyway_schema_history");
    Map<String, String> variables = new HashMap<>(of(database));
    assertThat(preview(variables).works()).isFalse();
    variables.put("FLYWAY_DATASOURCES_DEFAULT_IGNORE_MIGRATION_PATTERNS", "*:future");
    Preview accepted = preview(variables);
    assertThat(accepted.err()).isEmpty();
    assertThat(accepted.out()).contains("Schema: 299901010000, of a newer release\n");
  }

  @Test
  void saysWhatTheUserOfTheDatabaseMayNot() {
    TestDatabase database = TestDatabase.create();
    String reader = "reader_" + System.nanoTime();
    database.execute("CREATE ROLE " + reader + " LOGIN");
    Map<String, String> variables = new HashMap<>(of(database));
    variables.put("DATASOURCES_DEFAULT_USERNAME", reader);
    Preview mayNotMake = preview(variables);
    assertThat(mayNotMake.out()).contains("as user " + reader + "\n");
    assertThat(mayNotMake.err())
        .startsWith("The database user " + reader + " may not create or change tables");
    Map<String, String> another = new HashMap<>(variables);
    another.put("FLYWAY_DATASOURCES_DEFAULT_URL", variables.get("DATASOURCES_DEFAULT_URL"));
    another.put("FLYWAY_DATASOURCES_DEFAULT_USERNAME", "postgres");
    another.put("FLYWAY_DATASOURCES_DEFAULT_PASSWORD", "postgres");
    assertThat(preview(another).works()).isTrue();

    TestServer.start(database, Map.of()).close();
    database.execute("GRANT SELECT ON ALL TABLES IN SCHEMA public TO " + reader);
    assertThat(preview(variables).err())
        .startsWith("The database user may not UPDATE audit_anchor (and lacks ")
        .contains(" rights more): grant it SELECT, INSERT, UPDATE and DELETE on all tables");
    database.execute(
        "GRANT SELECT, INSERT, UPDATE, DELETE ON ALL TABLES IN SCHEMA public TO " + reader);
    // As postgresql.md says.
    database.execute("REVOKE INSERT, UPDATE, DELETE ON flyway_schema_history FROM " + reader);
    assertThat(preview(variables).works()).isTrue();

    // A table that the check does not know would be found missing by a running server only.
    for (String table :
        database.texts(
            "SELECT tablename FROM pg_tables WHERE schemaname = current_schema() AND tablename <>"
                + " 'flyway_schema_history'")) {
      database.execute("REVOKE SELECT ON %s FROM %s".formatted(table, reader));
      assertThat(preview(variables).err())
          .startsWith("The database user may not SELECT " + table + ": grant it");
      database.execute("GRANT SELECT ON %s TO %s".formatted(table, reader));
    }
    database.execute("REVOKE DELETE ON audit_seal FROM " + reader);
    assertThat(preview(variables).err()).startsWith("The database user may not DELETE audit_seal:");
  }

  /** As after a fail-over, when the URL names one host and that host has become the other. */
  @Test
  void refusesAStandby() throws IOException {
    Path files = folder.resolve("standby");
    try (Postgres standby = Postgres.initialize(files)) {
      Files.createFile(files.resolve("standby.signal"));
      standby.start();
      Preview preview =
          preview(
              Map.of(
                  "DATASOURCES_DEFAULT_URL",
                  "jdbc:postgresql://127.0.0.1:%d/postgres".formatted(standby.port()),
                  "DATASOURCES_DEFAULT_USERNAME",
                  "postgres"));
      assertThat(preview.works()).isFalse();
      assertThat(preview.out()).contains("It answers: PostgreSQL 1");
      assertThat(preview.err())
          .startsWith("The database takes no changes: it is a standby.")
          .contains("targetServerType=primary")
          .hasLineCount(1);
    }
  }

  /** Which a start does: it says so in each of its sessions. */
  @Test
  void acceptsADatabaseThatIsReadOnlyByDefault() {
    TestDatabase database = TestDatabase.create();
    TestServer.start(database, Map.of()).close();
    database.setDefault("default_transaction_read_only", "on");
    assertThat(preview(of(database)).err()).isEmpty();
    TestServer.start(database, Map.of()).close();
  }

  /** As every setting of the command line does. */
  @Test
  void takesAnOptionBeforeAVariable() {
    Preview preview =
        preview(
            ServeArguments.of("--host", "127.0.0.2").values(),
            Map.of("MICRONAUT_SERVER_HOST", "127.0.0.1"));
    assertThat(preview.out()).startsWith("Address: http on 127.0.0.2,");
  }

  @Test
  void saysThatTheDatabaseDoesNotAnswerWithoutItsPassword() {
    Map<String, String> variables = new HashMap<>(of(TestDatabase.create()));
    variables.put("DATASOURCES_DEFAULT_USERNAME", "nobody");
    variables.put("DATASOURCES_DEFAULT_PASSWORD", "hunter2");
    Preview wrong = preview(variables);
    assertThat(wrong.works()).isFalse();
    assertThat(wrong.out()).contains("Database: jdbc:postgresql://").doesNotContain("A start");
    assertThat(wrong.err()).startsWith("The database does not admit this user");

    Preview none =
        preview(
            Map.of(
                "DATASOURCES_DEFAULT_URL",
                "jdbc:postgresql://hunter2:hunter2@localhost:1/tokens?password=hunter2"));
    assertThat(none.works()).isFalse();
    assertThat(wrong.out() + wrong.err() + none.out() + none.err()).doesNotContain("hunter2");
    assertThat(none.err()).hasLineCount(1);
  }

  /** What can only be a mistake is one before a database is made, and not after. */
  @ParameterizedTest
  @CsvSource({
    "SERVICE_TOKENS_BOOTSTRAP_TOKEN_FILE, /nothing/hunter2, names a file that is not there",
    "SERVICE_TOKENS_BOOTSTRAP_TOKEN, hunter2, must give 20 to 1000 visible ASCII characters",
    "SERVICE_TOKENS_BOOTSTRAP_TOKEN_SHA256, hunter2, 64 hexadecimal digits",
    "SERVICE_TOKENS_TRUSTED_PROXIES, hunter2, must be addresses and CIDR blocks",
    "SERVICE_TOKENS_PUBLIC_URL, hunter2, must be a URL",
    "SERVICE_TOKENS_PERMISSIONS, Hunter 2, must be names of 1 to 100 small letters",
    "SERVICE_TOKENS_ROLES_CI_AS, hunter2, predefined role",
    "SERVICE_TOKENS_TLS_CERTIFICATE, /nothing/hunter2, is set without SERVICE_TOKENS_TLS_KEY",
    "SERVICE_TOKENS_CACHE_MAXIMUM_TOKENS, 1, from 1000 to 10000000",
    "SERVICE_TOKENS_BOOTSTRAP_ROLE, hunter2, did you mean SERVICE_TOKENS_BOOTSTRAP_ROLES",
    "MICRONAUT_SERVER_PORT, 70000, from 1 to 65535",
  })
  void refusesWhatAStartWouldRefuse(String variable, String value, String part) {
    Preview preview = preview(Map.of(variable, value));

    assertThat(preview.works()).isFalse();
    assertThat(preview.err()).contains(part).hasLineCount(1);
    assertThat(folder).isEmptyDirectory();
  }

  @Test
  void refusesATokensLifeThatIsNone() {
    assertThat(
            preview(
                    Map.of(
                        "SERVICE_TOKENS_BOOTSTRAP_TOKEN", "hunter2-hunter2-hunter2",
                        "SERVICE_TOKENS_BOOTSTRAP_TTL", "0s"))
                .err())
        .startsWith("SERVICE_TOKENS_BOOTSTRAP_TTL must be longer than nothing");
  }

  @Test
  void refusesADataDirectoryThatCannotBeOne() throws IOException {
    Path file = Files.createFile(folder.resolve("data"));
    assertThat(preview(Map.of()).err()).contains("data cannot be written to");
    Files.delete(file);
    Files.createDirectory(file);
    Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rwxrwxrwx"));
    assertThat(preview(Map.of()).err()).contains("is not safe: other users may write to");
  }

  /** Of a lock that this process holds itself, the operating system would tell nothing. */
  @Test
  void leavesALockAlone() throws IOException {
    Path data = Files.createDirectory(folder.resolve("data"));
    Path lock = Files.writeString(data.resolve("lock"), "4711\n");
    try (FileChannel channel = FileChannel.open(lock, StandardOpenOption.WRITE)) {
      assertThat(channel.isOpen()).isTrue();
      assertThat(preview(Map.of()).works()).isTrue();
    }
    assertThat(lock).hasContent("4711");
  }

  private static Map<String, String> of(TestDatabase database) {
    Map<String, String> variables = new HashMap<>();
    database
        .properties()
        .forEach(
            (name, value) -> {
              if (name.matches("datasources\\.default\\.(url|username|password)")) {
                variables.put(name.toUpperCase(Locale.ROOT).replace('.', '_'), value.toString());
              }
            });
    return variables;
  }

  private Preview preview(Map<String, String> variables) {
    return preview(Map.of(), variables);
  }

  private Preview preview(Map<String, String> settings, Map<String, String> variables) {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    ByteArrayOutputStream err = new ByteArrayOutputStream();
    Map<String, String> all = new HashMap<>(variables);
    all.putIfAbsent("MICRONAUT_SERVER_PORT", "-1");
    all.put("SERVICE_TOKENS_DATA_DIRECTORY", folder.resolve("data").toString());
    boolean works =
        StartPreview.print(
            settings, all, new PrintStream(out, true, UTF_8), new PrintStream(err, true, UTF_8));
    return new Preview(works, out.toString(UTF_8), err.toString(UTF_8));
  }
}
