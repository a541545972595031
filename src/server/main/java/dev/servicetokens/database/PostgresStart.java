package dev.servicetokens.database;

import io.zonky.test.db.postgres.embedded.EmbeddedPostgres;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;

/** How the embedded PostgreSQL is made and started: all settings that we give to the library. */
final class PostgresStart {
  /** The superuser that initdb makes; the library knows no other. */
  static final String USERNAME = "postgres";

  /** The database that initdb makes. */
  static final String DATABASE = "postgres";

  private static final Duration LONGEST_RECOVERY = Duration.ofMinutes(10);

  private static final Map<String, String> SETTINGS =
      Map.ofEntries(
          Map.entry("listen_addresses", "127.0.0.1"),
          // The usual number, for a role that somebody else makes: initdb noted ours.
          Map.entry("scram_iterations", "4096"),
          Map.entry("unix_socket_directories", ""),
          Map.entry("max_connections", "50"),
          // The library switches fsync off unless told otherwise.
          Map.entry("fsync", "on"),
          Map.entry("synchronous_commit", "on"),
          Map.entry("logging_collector", "on"),
          Map.entry("log_directory", "log"),
          // One file for each day of the week, each overwritten a week later.
          Map.entry("log_filename", "postgresql-%a.log"),
          Map.entry("log_truncate_on_rotation", "on"),
          Map.entry("log_rotation_size", "0"),
          // Statements and the details of a violated constraint may hold what must not be logged.
          Map.entry("log_min_error_statement", "panic"),
          Map.entry("log_error_verbosity", "terse"));

  private PostgresStart() {}

  /**
   * Starts it and waits until it answers; makes the cluster first unless it is complete.
   *
   * @param programs where its programs are unpacked, once for each version; the library lets
   *     everybody write there, so it must lie in a folder that nobody else may enter
   * @param startLog receives what initdb and the start itself print
   */
  static EmbeddedPostgres start(
      PostgresCluster cluster, PostgresPassword password, int port, Path programs, Path startLog)
      throws IOException {
    // Read when the builder is made: the library deletes what looks stale to it in this folder.
    System.setProperty("ot.epg.working-dir", programs.toString());
    EmbeddedPostgres.Builder builder =
        EmbeddedPostgres.builder()
            .setOverrideWorkingDirectory(programs.toFile())
            .setDataDirectory(cluster.path())
            .setCleanDataDirectory(false)
            .setDataDirectoryCustomizer(ignored -> markComplete(cluster))
            .setRegisterShutdownHook(false)
            .setPort(port)
            .setPGStartupWait(LONGEST_RECOVERY)
            .setConnectConfig("password", password.value())
            .setLocaleConfig("auth", "scram-sha-256")
            .setLocaleConfig("pwfile", password.file().toString())
            // For our own password, of 192 random bits: more rounds protect nothing, and to compile
            // them costs every start nearly a second of a core.
            .setLocaleConfig("set", "scram_iterations=1")
            // Sorts by code point everywhere, whatever locales the machine has.
            .setLocaleConfig("locale", "C")
            .setLocaleConfig("locale-provider", "builtin")
            .setLocaleConfig("builtin-locale", "C.UTF-8")
            .setOutputRedirector(ProcessBuilder.Redirect.appendTo(startLog.toFile()));
    SETTINGS.forEach(builder::setServerConfig);
    return builder.start();
  }

  private static void markComplete(PostgresCluster cluster) {
    try {
      cluster.markComplete();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
