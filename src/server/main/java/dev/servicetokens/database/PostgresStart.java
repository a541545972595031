package dev.servicetokens.database;

import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** How the embedded PostgreSQL is made and started: the arguments of its programs. */
final class PostgresStart {
  /** The superuser that initdb makes. */
  static final String USERNAME = "postgres";

  /** The database that initdb makes. */
  static final String DATABASE = "postgres";

  private static final Duration LONGEST_RECOVERY = Duration.ofMinutes(10);

  private static final Map<String, String> SETTINGS =
      new TreeMap<>(
          Map.ofEntries(
              Map.entry("listen_addresses", "127.0.0.1"),
              // The usual number, for a role that somebody else makes: initdb noted ours.
              Map.entry("scram_iterations", "4096"),
              Map.entry("unix_socket_directories", ""),
              Map.entry("max_connections", "50"),
              Map.entry("fsync", "on"),
              Map.entry("synchronous_commit", "on"),
              Map.entry("logging_collector", "on"),
              Map.entry("log_directory", "log"),
              // One file for each day of the week, each overwritten a week later.
              Map.entry("log_filename", "postgresql-%a.log"),
              Map.entry("log_truncate_on_rotation", "on"),
              Map.entry("log_rotation_size", "0"),
              // Statements and the details of a violated constraint may hold what must not be
              // logged.
              Map.entry("log_min_error_statement", "panic"),
              Map.entry("log_error_verbosity", "terse")));

  private PostgresStart() {}

  /** Returns the arguments with which initdb makes a cluster whose only user has that password. */
  static List<String> initdb(PostgresCluster cluster, PostgresPassword password) {
    return List.of(
        "-D",
        cluster.path().toString(),
        "--username=" + USERNAME,
        "--auth=scram-sha-256",
        "--pwfile=" + password.file(),
        // For our own password, of 192 random bits: more rounds protect nothing, and to compute
        // them costs every start nearly a second of a core.
        "--set=scram_iterations=1",
        "--encoding=UTF8",
        // Sorts by code point everywhere, whatever locales the machine has.
        "--locale=C",
        "--locale-provider=builtin",
        "--builtin-locale=C.UTF-8");
  }

  /**
   * Returns the arguments with which pg_ctl starts a cluster and waits until it answers.
   *
   * @param log receives what the start itself prints
   */
  static List<String> start(PostgresCluster cluster, int port, Path log) {
    List<String> options = new ArrayList<>(List.of("-p", Integer.toString(port)));
    SETTINGS.forEach((name, value) -> options.add("-c " + name + "=" + value));
    return List.of(
        "start",
        "--wait",
        "--timeout=" + LONGEST_RECOVERY.toSeconds(),
        "--silent",
        "-D",
        cluster.path().toString(),
        "--log=" + log,
        "--options=" + String.join(" ", options));
  }
}
