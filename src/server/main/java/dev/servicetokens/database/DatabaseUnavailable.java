package dev.servicetokens.database;

import io.micronaut.data.connection.exceptions.ConnectionException;
import java.sql.SQLException;
import java.sql.SQLTransientConnectionException;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Tells whether a failure means that the database could not be asked, or did not say how it ended.
 */
public final class DatabaseUnavailable {

  /**
   * SQLSTATE classes: connection exception, transaction rollback (a deadlock, which a second try
   * does not meet), insufficient resources, operator intervention, system error.
   */
  private static final Set<String> CLASSES = Set.of("08", "40", "53", "57", "58");

  private static final String NOT_REACHED = "The database cannot be reached";

  /** By SQLSTATE, or its class. */
  private static final Map<String, String> REASONS =
      Map.ofEntries(
          Map.entry("08", NOT_REACHED),
          Map.entry("25006", "The database takes no changes: it is a standby, or set read-only"),
          Map.entry("25P03", "The database ended a transaction in which this server stood still"),
          Map.entry("40", "The database rolled a transaction back for another's sake"),
          Map.entry("53", "The database lacks resources"),
          Map.entry("53100", "The database's disk is full: make room on it"),
          Map.entry("53200", "The database is out of memory"),
          Map.entry("53300", "The database has no connection left: raise its max_connections"),
          Map.entry("55P03", "The database kept another's lock for too long"),
          Map.entry("57", "The database ended what it was asked"),
          Map.entry("57014", "The database took too long to answer"),
          Map.entry("57P01", "The database is being stopped"),
          Map.entry("57P02", "The database has crashed and is starting again"),
          Map.entry("57P03", "The database is starting, or being stopped"),
          Map.entry("58", "The database's machine reports a fault"));

  private DatabaseUnavailable() {}

  /** Whether that failure or one behind it is the database's absence. */
  public static boolean isCauseOf(Throwable failure) {
    return reasonOf(failure).isPresent();
  }

  /**
   * What an operator is told of the database's absence, in one line without any value of a row;
   * empty if that is not the cause.
   */
  public static Optional<String> reasonOf(Throwable failure) {
    boolean unavailable = false;
    for (@Nullable Throwable cause = failure; cause != null; cause = cause.getCause()) {
      if (cause instanceof SQLException sql) {
        Optional<String> reason = reasonOf(sql.getSQLState());
        if (reason.isPresent()) {
          return reason;
        }
      }
      // The second hides what broke the connection, when it is given back in a broken state.
      unavailable |=
          cause instanceof SQLTransientConnectionException || cause instanceof ConnectionException;
    }
    return unavailable ? Optional.of(NOT_REACHED) : Optional.empty();
  }

  private static Optional<String> reasonOf(@Nullable String state) {
    if (state == null || state.length() != 5) {
      return Optional.empty();
    }
    String group = state.substring(0, 2);
    @Nullable String reason = REASONS.get(state);
    if (reason == null && CLASSES.contains(group)) {
      reason = REASONS.get(group);
    }
    return Optional.ofNullable(reason).map(text -> text + " (SQL state " + state + ")");
  }
}
