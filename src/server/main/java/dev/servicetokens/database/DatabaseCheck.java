package dev.servicetokens.database;

import dev.servicetokens.startup.StartRefusal;
import io.micronaut.context.env.Environment;
import io.micronaut.core.naming.conventions.StringConvention;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.List;
import java.util.Optional;
import java.util.Properties;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.flywaydb.core.Flyway;
import org.flywaydb.core.api.MigrationInfo;
import org.flywaydb.core.api.MigrationInfoService;
import org.flywaydb.core.api.pattern.ValidatePattern;
import org.jspecify.annotations.Nullable;

/** Finds out whether a start would find a database that it can use. Writes nothing anywhere. */
public final class DatabaseCheck {
  private static final String URL = "datasources.default.url";
  private static final String MIGRATION = "flyway.datasources.default.";
  private static final String SECONDS_TO_CONNECT = "5";
  private static final String SECONDS_TO_ANSWER = "10";

  // What the server does with each table; row locks need UPDATE, too. What is not in the path of
  // the
  // schemas has no rights, which is the same for a server. The first of them that is missing, and
  // how
  // many are.
  private static final String MISSING_RIGHTS =
      """
      SELECT needed.action,
             needed.table_name,
             count(*) OVER ()
      FROM (
        SELECT table_name,
               unnest(string_to_array(actions, ' ')) AS action
        FROM (
          VALUES ('audit_anchor', 'SELECT UPDATE'),
                 ('audit_event', 'SELECT INSERT DELETE'),
                 ('audit_seal', 'SELECT INSERT DELETE'),
                 ('audit_unsealed', 'SELECT INSERT DELETE'),
                 ('bootstrap_secret', 'SELECT INSERT'),
                 ('change', 'SELECT INSERT DELETE'),
                 ('latest_change', 'SELECT UPDATE'),
                 ('node', 'SELECT INSERT UPDATE DELETE'),
                 ('permission_definition', 'SELECT INSERT UPDATE DELETE'),
                 ('service_token', 'SELECT INSERT UPDATE DELETE'),
                 ('service_token_count', 'SELECT UPDATE'),
                 ('service_token_secret', 'SELECT INSERT'),
                 ('service_token_use', 'SELECT INSERT UPDATE'),
                 ('service_token_use_backlog', 'SELECT INSERT UPDATE DELETE'),
                 ('service_token_use_record', 'SELECT UPDATE'),
                 ('subject', 'SELECT INSERT UPDATE DELETE'),
                 ('subject_permission', 'SELECT INSERT UPDATE DELETE')
        ) AS used (table_name, actions)
      ) AS needed
      WHERE NOT coalesce(has_table_privilege(to_regclass(needed.table_name), needed.action), FALSE)
      ORDER BY needed.table_name, needed.action
      LIMIT 1
      """;

  private DatabaseCheck() {}

  /**
   * Says where the data lie and what state they are in.
   *
   * @param tell is given lines for people, without user information, passwords or options of a URL
   * @throws StartRefusal if a start would be refused for it
   * @throws SQLException if the database cannot be asked; its message may have a password
   */
  public static void look(Environment environment, DataDirectory directory, Consumer<String> tell)
      throws SQLException {
    tell.accept("Data: " + state(directory));
    Optional<String> url =
        environment.getProperty(URL, String.class).filter(text -> !text.isBlank());
    if (url.isPresent()) {
      ask(environment, url.get(), tell);
    } else {
      PostgresCluster cluster = new PostgresCluster(directory.resolve("postgresql"));
      tell.accept(
          "Database: embedded, "
              + (cluster.isComplete() ? "made earlier" : "made at the first start"));
    }
  }

  private static String state(DataDirectory directory) {
    Path path = directory.path();
    try {
      PrivateFolder.require(
          path, "set SERVICE_TOKENS_DATA_DIRECTORY to a folder to which only this user may write");
      Path there = path;
      while (!Files.exists(there) && there.getParent() != null) {
        there = there.getParent();
      }
      if (!Files.isDirectory(there) || !Files.isWritable(there)) {
        throw directory.notUsable(new IOException(there + " is no folder to write to"));
      }
      DataDirectoryLock.requireFree(directory);
      return path + (there.equals(path) ? " (there, and writable)" : " (made at the first start)");
    } catch (IOException e) {
      throw directory.notUsable(e);
    }
  }

  private static void ask(Environment environment, String url, Consumer<String> tell)
      throws SQLException {
    Login login =
        new Login(
            url,
            text(environment, "datasources.default.username"),
            text(environment, "datasources.default.password"),
            driverSettings(environment));
    tell.accept("Database: " + shown(url));
    try (Connection connection = DriverManager.getConnection(url, login.settings())) {
      connection.setReadOnly(true);
      DatabaseGate.requireSupported(connection.getMetaData().getDatabaseMajorVersion());
      Sessions.requireUtf8(text(connection, "SHOW server_encoding"));
      tell.accept(
          "It answers: PostgreSQL %s, as user %s"
              .formatted(
                  text(connection, "SHOW server_version"),
                  text(connection, "SELECT current_user")));
      if (text(connection, "SELECT pg_is_in_recovery()").equals("t")) {
        throw new StartRefusal(
            "The database takes no changes: it is a standby. Name the primary in"
                + " DATASOURCES_DEFAULT_URL, or all hosts with targetServerType=primary");
      }
      List<ValidatePattern> accepted =
          environment.getProperty(MIGRATION + "ignore-migration-patterns", String[].class).stream()
              .flatMap(Stream::of)
              .map(ValidatePattern::fromPattern)
              .toList();
      tell.accept("Schema: " + schema(connection, migration(environment).orElse(login), accepted));
    }
  }

  private static String schema(
      Connection connection, Login migration, List<ValidatePattern> accepted) throws SQLException {
    MigrationInfoService found =
        Flyway.configure()
            .dataSource(migration.url(), migration.user(), migration.password())
            .ignoreMigrationPatterns(new String[0])
            .load()
            .info();
    boolean newer = false;
    for (MigrationInfo known : found.all()) {
      boolean isNewer = known.getState().name().startsWith("FUTURE");
      newer |= isNewer;
      if (isNewer
          && accepted.stream()
              .noneMatch(
                  pattern -> pattern.matchesMigration(known.isVersioned(), known.getState()))) {
        throw new StartRefusal(
            "The database was written by a newer version of this server: start that version, or"
                + " restore a backup from before it");
      }
    }
    int missing = found.pending().length;
    @Nullable MigrationInfo current = found.current();
    String version = current == null ? "none yet" : String.valueOf(current.getVersion());
    if (missing == 0) {
      requireWriting(connection);
      return version + (newer ? ", of a newer release" : ", that of this release");
    }
    try (Connection migrating =
        DriverManager.getConnection(migration.url(), migration.settings())) {
      if (!isTrue(migrating, "SELECT has_schema_privilege(current_schema(), 'CREATE')")) {
        throw new StartRefusal(
            "The database user %s may not create or change tables: grant it CREATE on the schema, or set FLYWAY_DATASOURCES_DEFAULT_URL, _USERNAME and _PASSWORD to one who may"
                .formatted(text(migrating, "SELECT current_user")));
      }
    }
    return "%s; the start makes %d changes to it".formatted(version, missing);
  }

  private static void requireWriting(Connection connection) throws SQLException {
    try (Statement statement = connection.createStatement();
        ResultSet missing = statement.executeQuery(MISSING_RIGHTS)) {
      if (missing.next()) {
        throw new StartRefusal(
            "The database user may not %s %s%s: grant it SELECT, INSERT, UPDATE and DELETE on all tables of the server"
                .formatted(missing.getString(1), missing.getString(2), others(missing.getInt(3))));
      }
    }
  }

  private static String others(int missing) {
    return missing == 1 ? "" : " (and lacks %d rights more)".formatted(missing - 1);
  }

  private static boolean isTrue(Connection connection, String sql) throws SQLException {
    return text(connection, sql).equals("t");
  }

  /** A URL may have a user and a password in two places. */
  private static String shown(String url) {
    return url.replaceFirst("\\?.*", "").replaceFirst("//[^/@]*@", "//");
  }

  private static Properties driverSettings(Environment environment) {
    Properties settings = new Properties();
    environment
        .getProperties("datasources.default.data-source-properties", StringConvention.RAW)
        .forEach((name, value) -> settings.setProperty(name, String.valueOf(value)));
    settings.setProperty("connectTimeout", SECONDS_TO_CONNECT);
    settings.setProperty("socketTimeout", SECONDS_TO_ANSWER);
    return settings;
  }

  /** Who migrates, if that is another user than the server's own. */
  private static Optional<Login> migration(Environment environment) {
    @Nullable String user = text(environment, MIGRATION + "username");
    return environment
        .getProperty(MIGRATION + "url", String.class)
        .map(
            url ->
                new Login(
                    url,
                    user == null ? text(environment, MIGRATION + "user") : user,
                    text(environment, MIGRATION + "password"),
                    driverSettings(environment)));
  }

  private static @Nullable String text(Environment environment, String property) {
    return environment.getProperty(property, String.class).orElse(null);
  }

  /**
   * Somebody who connects.
   *
   * @param driver the driver's settings but for the next two
   */
  private record Login(
      String url, @Nullable String user, @Nullable String password, Properties driver) {
    Properties settings() {
      Properties settings = new Properties();
      settings.putAll(driver);
      if (user != null) {
        settings.setProperty("user", user);
      }
      if (password != null) {
        settings.setProperty("password", password);
      }
      return settings;
    }

    /** Names no password. */
    @Override
    public String toString() {
      return "Login[" + user + "]";
    }
  }

  private static String text(Connection connection, String sql) throws SQLException {
    try (Statement statement = connection.createStatement();
        ResultSet row = statement.executeQuery(sql)) {
      row.next();
      return String.valueOf(row.getString(1));
    }
  }
}
