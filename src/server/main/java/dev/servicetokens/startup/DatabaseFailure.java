package dev.servicetokens.startup;

import java.net.UnknownHostException;
import java.sql.SQLException;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.flywaydb.core.api.exception.FlywayValidateException;

/**
 * A database that cannot be used as it is. Lines are written here, not taken from drivers, whose
 * messages may hold the URL with a password in it.
 */
final class DatabaseFailure {
  private static final String NOT_REACHED =
      "The database cannot be reached: check that the server runs and that DATASOURCES_DEFAULT_URL names its host and port";

  private static final String NOT_ADMITTED =
      "The database does not admit this user: check DATASOURCES_DEFAULT_USERNAME and DATASOURCES_DEFAULT_PASSWORD";

  private static final Pattern STARTUP_PARAMETER =
      Pattern.compile("unsupported startup parameter: (\\w+)");

  private static final Map<String, String> BY_SQL_STATE =
      Map.of(
          "08001", NOT_REACHED,
          "08004", NOT_ADMITTED,
          "08006", NOT_REACHED,
          "28000", NOT_ADMITTED,
          "28P01", NOT_ADMITTED,
          "3D000",
              "The database server has no database of this name: create it, or correct DATASOURCES_DEFAULT_URL",
          "42501",
              "The database user may not create or change tables: grant it CREATE on the schema, or set DATASOURCES_DEFAULT_USERNAME to the owner",
          "53300",
              "The database has no connection left: raise its max_connections, or set DATASOURCES_DEFAULT_MAXIMUM_POOL_SIZE to less",
          "57P03", "The database is not ready: start the server again when it has started");

  private DatabaseFailure() {}

  /** Returns the line if this is such a failure. */
  static Optional<String> line(Throwable failure) {
    if (failure instanceof FlywayValidateException) {
      return Optional.of(schema(String.valueOf(failure.getMessage())));
    }
    if (failure instanceof SQLException refused) {
      Matcher parameter = STARTUP_PARAMETER.matcher(String.valueOf(refused.getMessage()));
      if (parameter.find()) {
        return Optional.of(
            "The pooler before the database refuses %s: add it to ignore_startup_parameters in pgbouncer.ini, or take it out of DATASOURCES_DEFAULT_URL"
                .formatted(parameter.group(1)));
      }
      return Optional.of(
          BY_SQL_STATE.getOrDefault(String.valueOf(refused.getSQLState()), other(refused)));
    }
    return url(String.valueOf(failure.getMessage()));
  }

  private static String schema(String message) {
    return message.contains("not resolved locally")
        ? "The database was written by a newer version of this server: start that version, or restore a backup from before it"
        : "The database's schema is not what this version has made: restore a backup, or set DATASOURCES_DEFAULT_URL to another database";
  }

  private static String other(SQLException refused) {
    if (refused.getCause() instanceof UnknownHostException) {
      return NOT_REACHED;
    }
    String message = Secrets.mask(String.valueOf(refused.getMessage()));
    return "The database refused to work (%s): check it and the DATASOURCES_DEFAULT_ settings"
        .formatted(message.lines().findFirst().orElse("no reason given"));
  }

  private static Optional<String> url(String message) {
    return message.contains("claims to not accept jdbcUrl") || message.contains("Invalid JDBC URL")
        ? Optional.of(
            "DATASOURCES_DEFAULT_URL must look like jdbc:postgresql://HOST:5432/DATABASE: correct it, or remove it to use the embedded database")
        : Optional.empty();
  }
}
