package dev.servicetokens.cluster.jdbc;

import dev.servicetokens.cluster.ChangeLog.Poll;
import dev.servicetokens.cluster.RegisteredReleases;
import io.micronaut.data.jdbc.runtime.JdbcOperations;
import io.micronaut.transaction.annotation.ReadOnly;
import jakarta.inject.Singleton;

/** The registered nodes, for whoever asks with a connection of the pool. Thread-safe. */
@Singleton
class JdbcRegisteredNodes implements RegisteredReleases.Nodes {

  private final JdbcOperations operations;

  JdbcRegisteredNodes(JdbcOperations operations) {
    this.operations = operations;
  }

  @Override
  @ReadOnly
  public Poll poll() {
    return operations.execute(JdbcChangeLog::poll);
  }
}
