package dev.servicetokens.database;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.servicetokens.fixtures.StartPreparation;
import dev.servicetokens.startup.StartRefusal;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class EmbeddedDatabaseTest {
  private static final Path PROGRAMS = StartPreparation.programs();

  @TempDir Path folder;
  private final ByteArrayOutputStream progress = new ByteArrayOutputStream();

  /** That the programs are compared with what ships is tested where they are unpacked. */
  @BeforeEach
  void knowThePrograms() {
    StartPreparation.copyRecord(folder);
  }

  /** Only a failed test leaves one running. */
  @AfterEach
  void endWhatIsLeft() throws Exception {
    cluster().stop();
  }

  @Test
  void keepsItsDataFromStartToStart() throws Exception {
    try (EmbeddedDatabase first = begin()) {
      execute(first, "CREATE TABLE kept AS SELECT 42 AS answer");
    }
    assertThat(progress.toString(StandardCharsets.UTF_8)).contains("First start");
    progress.reset();
    try (EmbeddedDatabase second = begin()) {
      assertThat(query(second, "SELECT answer FROM kept")).isEqualTo("42");
    }
    assertThat(progress.size()).isZero();
  }

  /** An acknowledged write must survive a power cut; the library's default is not to care. */
  @Test
  void writesThroughToTheDiskAndAsksForAPassword() throws Exception {
    try (EmbeddedDatabase database = begin()) {
      assertThat(query(database, "SHOW fsync")).isEqualTo("on");
      assertThat(query(database, "SHOW synchronous_commit")).isEqualTo("on");
      assertThat(query(database, "SHOW listen_addresses")).isEqualTo("127.0.0.1");
      assertThat(query(database, "SHOW unix_socket_directories")).isEmpty();
      assertThatThrownBy(() -> DriverManager.getConnection(database.url(), "postgres", "wrong"))
          .isInstanceOfSatisfying(
              SQLException.class, e -> assertThat(e.getSQLState()).isEqualTo("28P01"));
    }
  }

  /** The first releases left them open to everybody, in the data directory. */
  @Test
  void removesProgramsOfFormerReleases() throws Exception {
    Path former = Files.createDirectories(folder.resolve("postgresql-programs").resolve("bin"));
    Files.writeString(former.resolve("pg_ctl"), "somebody's own");
    Files.setPosixFilePermissions(former.getParent(), PosixFilePermissions.fromString("rwxrwxrwx"));
    try (EmbeddedDatabase database = begin()) {
      assertThat(query(database, "SELECT 1")).isEqualTo("1");
    }

    assertThat(former.getParent()).doesNotExist();
  }

  /** Rounds of hashing protect what can be guessed, and cost a second of each start. */
  @Test
  void hashesOnlyPasswordsOfOthersManyTimes() throws Exception {
    try (EmbeddedDatabase database = begin()) {
      execute(database, "CREATE ROLE somebody PASSWORD 'chosen by a person'");
      assertThat(verifier(database, "postgres")).startsWith("SCRAM-SHA-256$1:");
      assertThat(verifier(database, "somebody")).startsWith("SCRAM-SHA-256$4096:");
    }
  }

  @Test
  void startsAfterItsPostgresWasKilled() throws Exception {
    try (EmbeddedDatabase killed = begin()) {
      execute(killed, "CREATE TABLE kept AS SELECT 42 AS answer");
      cluster().running().forEach(ProcessHandle::destroyForcibly);
    }
    try (EmbeddedDatabase next = begin()) {
      assertThat(query(next, "SELECT answer FROM kept")).isEqualTo("42");
    }
  }

  @Test
  void endsAnOrphanOfItsOwnFolderOnly() throws Exception {
    Path elsewhere = Files.createDirectory(folder.resolve("elsewhere"));
    try (EmbeddedDatabase database = begin()) {
      assertThat(new PostgresCluster(elsewhere).stop()).isZero();
      assertThat(query(database, "SELECT 1")).isEqualTo("1");
      assertThat(cluster().stop()).isEqualTo(1);
      assertThat(cluster().running()).isEmpty();
    }
  }

  /** The number of a PostgreSQL that was killed may belong to anything after a reboot. */
  @Test
  void startsWhenAnotherProcessHasTheOldProcessId() throws Exception {
    startAndStop();
    String pid = ProcessHandle.current().pid() + "\n";
    Files.writeString(folder.resolve("postgresql").resolve("postmaster.pid"), pid);
    try (EmbeddedDatabase next = begin()) {
      assertThat(query(next, "SELECT 1")).isEqualTo("1");
    }
  }

  @Test
  void makesItAgainWhenInitdbWasKilled() throws Exception {
    Path cluster = Files.createDirectory(folder.resolve("postgresql"));
    Files.createFile(cluster.resolve("postgresql.conf"));
    try (EmbeddedDatabase database = begin()) {
      assertThat(query(database, "SELECT 1")).isEqualTo("1");
    }
  }

  @Test
  void saysWhyItCannotStart() throws Exception {
    startAndStop();
    Files.delete(folder.resolve("postgresql").resolve("global").resolve("pg_control"));
    try (EmbeddedDatabase broken = begin()) {
      assertThatThrownBy(broken::awaitReady)
          .isInstanceOf(StartRefusal.class)
          .hasMessageContaining("did not start")
          .hasMessageContaining("pg_control");
    }
  }

  /** Its own programs speak to each other through a shell. */
  @Test
  void refusesAFolderThatAShellWouldReadOtherwise() {
    for (String name : List.of("$(touch x)", "`x`", "a\"b", "a\\b")) {
      assertThatThrownBy(
              () ->
                  EmbeddedDatabase.begin(
                      new DataDirectory(folder.resolve(name)), PROGRAMS, System.out))
          .isInstanceOf(StartRefusal.class)
          .hasMessageContaining("SERVICE_TOKENS_DATA_DIRECTORY");
    }
  }

  @Test
  void startsInAFolderWithSpacesAndSigns() throws Exception {
    Path odd = folder.resolve("it's a (strange) & <nice> folder; #1");
    StartPreparation.copyRecord(odd);
    try (EmbeddedDatabase database =
        EmbeddedDatabase.begin(new DataDirectory(odd), PROGRAMS, System.out)) {
      assertThat(query(database, "SELECT 1")).isEqualTo("1");
    }
  }

  /** A variable may hold the bootstrap token, which would live on in PostgreSQL's memory. */
  @Test
  void passesOnNothingOfTheEnvironment() throws Exception {
    try (EmbeddedDatabase database = begin()) {
      database.awaitReady();
      Path environment =
          Path.of("/proc", Long.toString(cluster().running().getFirst().pid()), "environ");
      assumeTrue(Files.exists(environment), "only Linux shows it");
      assertThat(Files.readString(environment).split("\0"))
          .allMatch(
              variable ->
                  variable.matches(
                      "(?s)(PATH|TZ|LD_LIBRARY_PATH|LC_ALL|PWD|OLDPWD|SHLVL|_|PG[A-Z_]+)=.*"));
    }
  }

  private void startAndStop() throws IOException {
    try (EmbeddedDatabase database = begin()) {
      database.awaitReady();
    }
  }

  private EmbeddedDatabase begin() {
    return EmbeddedDatabase.begin(
        new DataDirectory(folder),
        PROGRAMS,
        new PrintStream(progress, true, StandardCharsets.UTF_8));
  }

  private PostgresCluster cluster() throws IOException {
    return new PostgresCluster(folder.toRealPath().resolve("postgresql"));
  }

  private static String verifier(EmbeddedDatabase database, String role) throws SQLException {
    return query(
        database, "SELECT rolpassword FROM pg_authid WHERE rolname = '%s'".formatted(role));
  }

  private static void execute(EmbeddedDatabase database, String sql) throws SQLException {
    try (Connection connection = connect(database);
        Statement statement = connection.createStatement()) {
      statement.execute(sql);
    }
  }

  private static String query(EmbeddedDatabase database, String sql) throws SQLException {
    try (Connection connection = connect(database);
        Statement statement = connection.createStatement();
        ResultSet rows = statement.executeQuery(sql)) {
      assertThat(rows.next()).isTrue();
      return rows.getString(1);
    }
  }

  private static Connection connect(EmbeddedDatabase database) throws SQLException {
    database.awaitReady();
    return DriverManager.getConnection(database.url(), database.username(), database.password());
  }
}
