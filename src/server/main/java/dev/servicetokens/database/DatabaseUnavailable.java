package dev.servicetokens.database;

import io.micronaut.data.connection.exceptions.ConnectionException;
import java.sql.SQLException;
import java.sql.SQLTransientConnectionException;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Tells whether a failure means that the database could not be asked, or did not say how it ended.
 */
public final class DatabaseUnavailable {

  /**
   * SQLSTATE classes: connection exception, transaction rollback (a deadlock, which a second try
   * does not meet), insufficient resources, operator intervention.
   */
  private static final Set<String> CLASSES = Set.of("08", "40", "53", "57");

  /** SQLSTATE: a write on a server that has become a standby. */
  private static final String READ_ONLY = "25006";

  private DatabaseUnavailable() {}

  /** Whether that failure or one behind it is the database's absence. */
  public static boolean isCauseOf(Throwable failure) {
    for (@Nullable Throwable cause = failure; cause != null; cause = cause.getCause()) {
      // The second hides what broke the connection, when it is given back in a broken state.
      if (cause instanceof SQLTransientConnectionException
          || cause instanceof ConnectionException
          || (cause instanceof SQLException sql && isUnavailable(sql.getSQLState()))) {
        return true;
      }
    }
    return false;
  }

  private static boolean isUnavailable(@Nullable String state) {
    return state != null
        && state.length() == 5
        && (CLASSES.contains(state.substring(0, 2)) || state.equals(READ_ONLY));
  }
}
