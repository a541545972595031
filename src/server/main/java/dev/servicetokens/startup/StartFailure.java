package dev.servicetokens.startup;

import dev.servicetokens.text.TokenText;
import io.micronaut.http.server.exceptions.ServerStartupException;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.net.BindException;
import java.net.UnknownHostException;
import java.nio.channels.UnresolvedAddressException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.sql.SQLException;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.flywaydb.core.api.exception.FlywayValidateException;
import org.jspecify.annotations.Nullable;

/**
 * Why a start failed, for the person who started it. This class has all lines for what others throw
 * during a start, in one table: a refusal of ours, a setting of another type, an address that
 * cannot be listened on, a database that cannot be used. The lines are written here and not taken
 * from those exceptions, whose messages may hold a password.
 *
 * @param line what is wrong and what to do, in one line, without secrets
 * @param expected whether the line says all there is to say; otherwise the stack trace is of use
 */
public record StartFailure(String line, boolean expected) {
  private static final int DEEPEST_CAUSE = 30;

  /** The first row that knows the exception, or one of its causes, decides. */
  private static final List<Function<Throwable, Optional<String>>> TABLE =
      List.of(
          StartFailure::refused,
          StartFailure::wrongType,
          StartFailure::notListening,
          StartFailure::notUsableDatabase);

  private static final Pattern WRONG_TYPE =
      Pattern.compile(
          "Error resolving property value \\[([\\w.-]+)]\\. Unable to convert value .* to target type \\[(\\w+)]");

  private static final Map<String, String> TYPES =
      Map.of(
          "int", "a whole number",
          "integer", "a whole number",
          "long", "a whole number",
          "boolean", "true or false",
          "duration", "a duration such as 24h or PT30M",
          "path", "a path");

  private static final Pattern ADDRESS = Pattern.compile(" on (.+):(\\d+)$");

  private static final Pattern STARTUP_PARAMETER =
      Pattern.compile("unsupported startup parameter: (\\w+)");

  private static final String NOT_REACHED =
      "The database cannot be reached: check that the server runs and that DATASOURCES_DEFAULT_URL names its host and port";

  private static final String NOT_ADMITTED =
      "The database does not admit this user: check DATASOURCES_DEFAULT_USERNAME and DATASOURCES_DEFAULT_PASSWORD";

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
              "The database user may not create or change tables: for this start name one who may in FLYWAY_DATASOURCES_DEFAULT_URL, _USERNAME and _PASSWORD, or grant it CREATE on the schema",
          "53300",
              "The database has no connection left: raise its max_connections, or set DATASOURCES_DEFAULT_MAXIMUM_POOL_SIZE to less",
          "57P03", "The database is not ready: start the server again when it has started");

  private static final Pattern PASSWORD_PARAMETER =
      Pattern.compile("(?i)(password|passwd|pwd)=[^&\\s\\])'\"]*");
  private static final Pattern USER_INFORMATION = Pattern.compile("//[^/@\\s]*@");

  private static final String TRACE_FILE = "start-failure.log";

  /** Finds the line for an exception by it and its causes. */
  public static StartFailure of(Throwable failure) {
    List<Throwable> chain =
        Stream.iterate(failure, cause -> cause != null, Throwable::getCause)
            .limit(DEEPEST_CAUSE)
            .toList();
    return TABLE.stream()
        .flatMap(row -> chain.stream().map(row).flatMap(Optional::stream))
        .findFirst()
        .map(line -> new StartFailure(line, true))
        .orElseGet(() -> unexpected(chain.getLast()));
  }

  private static StartFailure unexpected(Throwable root) {
    return new StartFailure(
        "The server cannot start, for a reason that it did not expect: %s: %s"
            .formatted(root.getClass().getSimpleName(), firstLine(root).orElse("")),
        false);
  }

  private static Optional<String> refused(Throwable failure) {
    return failure instanceof StartRefusal refusal
        ? Optional.of(String.valueOf(refusal.getMessage()))
        : Optional.empty();
  }

  /** A configuration property whose value is not of its type. The value itself may be a secret. */
  private static Optional<String> wrongType(Throwable failure) {
    Matcher matcher = WRONG_TYPE.matcher(String.valueOf(failure.getMessage()));
    return matcher.find()
        ? Optional.of(wrongType(matcher.group(1), matcher.group(2)))
        : Optional.empty();
  }

  /** Returns the line for a property that must be of that class or primitive type. */
  private static String wrongType(String property, String type) {
    String simple = type.substring(type.lastIndexOf('.') + 1);
    return StartRefusal.settingLine(
        property, TYPES.getOrDefault(simple.toLowerCase(Locale.ROOT), "a " + simple));
  }

  private static Optional<String> notListening(Throwable failure) {
    if (!(failure instanceof ServerStartupException)) {
      return Optional.empty();
    }
    Matcher matcher = ADDRESS.matcher(String.valueOf(failure.getMessage()));
    return matcher.find()
        ? Optional.of(
            notListening(
                ListenCheck.SERVER, matcher.group(1), matcher.group(2), failure.getCause()))
        : Optional.empty();
  }

  /**
   * Returns the line for an address that cannot be listened on because of {@code cause}.
   *
   * @param settings what the variables of that host and port begin with
   */
  static String notListening(String settings, String host, String port, @Nullable Throwable cause) {
    String reason = cause == null ? "" : String.valueOf(cause.getMessage());
    if (reason.contains("Permission denied")) {
      return "Port %s needs more rights than this user has: set %s_PORT to a port from 1024"
          .formatted(port, settings);
    }
    boolean unknown =
        cause instanceof UnknownHostException || cause instanceof UnresolvedAddressException;
    if (unknown || reason.contains("Cannot assign") || reason.contains("Can't assign")) {
      return "The address %s is none of this machine: set %s_HOST to one that is, or to 127.0.0.1"
          .formatted(host, settings);
    }
    if (cause instanceof BindException) {
      return "Port %s of %s is in use by another program: stop that one, or set %s_PORT to a free port"
          .formatted(port, host, settings);
    }
    return "The server cannot listen on %s:%s (%s): check %s_HOST and %s_PORT"
        .formatted(host, port, reason, settings, settings);
  }

  private static Optional<String> notUsableDatabase(Throwable failure) {
    String message = String.valueOf(failure.getMessage());
    if (failure instanceof FlywayValidateException) {
      return Optional.of(
          message.contains("not resolved locally")
              ? "The database was written by a newer version of this server: start that version, or restore a backup from before it"
              : "The database's schema is not what this version has made: restore a backup, or set DATASOURCES_DEFAULT_URL to another database");
    }
    if (failure instanceof SQLException refused) {
      Matcher parameter = STARTUP_PARAMETER.matcher(message);
      return Optional.of(
          parameter.find()
              ? "The pooler before the database refuses %s: add it to ignore_startup_parameters in pgbouncer.ini, or take it out of DATASOURCES_DEFAULT_URL"
                  .formatted(parameter.group(1))
              : BY_SQL_STATE.getOrDefault(
                  String.valueOf(refused.getSQLState()), otherRefusal(refused)));
    }
    return message.contains("claims to not accept jdbcUrl") || message.contains("Invalid JDBC URL")
        ? Optional.of(
            "DATASOURCES_DEFAULT_URL must look like jdbc:postgresql://HOST:5432/DATABASE: correct it, or remove it to use the embedded database")
        : Optional.empty();
  }

  private static String otherRefusal(SQLException refused) {
    return refused.getCause() instanceof UnknownHostException
        ? NOT_REACHED
        : "The database refused to work (%s): check it and the DATASOURCES_DEFAULT_ settings"
            .formatted(firstLine(refused).orElse("no reason given"));
  }

  private static Optional<String> firstLine(Throwable failure) {
    return masked(String.valueOf(failure.getMessage())).lines().findFirst();
  }

  /** Masks token strings, password parameters and user information in a text of other people's. */
  private static String masked(String text) {
    String masked = PASSWORD_PARAMETER.matcher(TokenText.mask(text)).replaceAll("$1=***");
    return USER_INFORMATION.matcher(masked).replaceAll("//***@");
  }

  /**
   * Keeps the stack trace of an unexpected failure in a file, so that nobody has to see it; the
   * passwords in URLs are masked.
   *
   * @param folder where to; the file is readable by its owner only and replaces an earlier one
   * @return the file; empty when it cannot be written
   */
  public static Optional<Path> writeTrace(Path folder, Throwable failure) {
    StringWriter trace = new StringWriter();
    failure.printStackTrace(new PrintWriter(trace));
    Path file = folder.resolve(TRACE_FILE);
    try {
      Files.deleteIfExists(file);
      Files.createFile(
          file, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")));
      Files.writeString(file, masked(trace.toString()));
      return Optional.of(file);
    } catch (IOException e) {
      return Optional.empty();
    }
  }
}
