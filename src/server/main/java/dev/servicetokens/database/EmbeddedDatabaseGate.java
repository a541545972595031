package dev.servicetokens.database;

import io.micronaut.configuration.jdbc.hikari.DatasourceConfiguration;
import io.micronaut.context.annotation.Requires;
import io.micronaut.context.event.BeanCreatedEvent;
import io.micronaut.context.event.BeanCreatedEventListener;
import jakarta.inject.Singleton;

/** Lets the connection pool start only when the embedded database accepts connections. */
@Singleton
@Requires(beans = EmbeddedDatabase.class)
final class EmbeddedDatabaseGate implements BeanCreatedEventListener<DatasourceConfiguration> {
  private final EmbeddedDatabase database;

  EmbeddedDatabaseGate(EmbeddedDatabase database) {
    this.database = database;
  }

  @Override
  public DatasourceConfiguration onCreated(BeanCreatedEvent<DatasourceConfiguration> event) {
    database.awaitReady();
    return event.getBean();
  }
}
