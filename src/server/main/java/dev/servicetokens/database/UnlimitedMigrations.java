package dev.servicetokens.database;

import io.micronaut.context.annotation.Factory;
import jakarta.inject.Named;
import jakarta.inject.Singleton;
import java.sql.SQLException;
import java.sql.Statement;
import org.flywaydb.core.api.FlywayException;
import org.flywaydb.core.api.callback.BaseCallback;
import org.flywaydb.core.api.callback.Callback;
import org.flywaydb.core.api.callback.Context;
import org.flywaydb.core.api.callback.Event;

/**
 * Lets a migration take as long as its tables need; the pool's limit on answers is for requests.
 */
@Factory
final class UnlimitedMigrations {

  @Singleton
  @Named("default")
  Callback[] callbacks() {
    return new Callback[] {new Unlimited()};
  }

  private static final class Unlimited extends BaseCallback {

    @Override
    public boolean supports(Event event, Context context) {
      return event == Event.BEFORE_EACH_MIGRATE;
    }

    @Override
    public boolean canHandleInTransaction(Event event, Context context) {
      return true;
    }

    @Override
    public void handle(Event event, Context context) {
      try (Statement statement = context.getConnection().createStatement()) {
        context.getConnection().setNetworkTimeout(Runnable::run, 0);
        statement.execute("SET LOCAL statement_timeout = 0; SET LOCAL lock_timeout = 0");
      } catch (SQLException e) {
        throw new FlywayException("The connection is broken", e);
      }
    }
  }
}
