package dev.servicetokens.bootstrap.jdbc;

import dev.servicetokens.bootstrap.BootstrapSecretRepository;
import dev.servicetokens.bootstrap.BootstrapSecretRepositorySuite;
import dev.servicetokens.fixtures.TestDatabase;
import dev.servicetokens.fixtures.TestServer;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;

final class JdbcBootstrapSecretRepositoryTest extends BootstrapSecretRepositorySuite {

  private static final TestDatabase DATABASE = TestDatabase.create();

  private static TestServer server;

  @BeforeAll
  static void start() {
    server = TestServer.start(DATABASE, Map.of());
  }

  @AfterAll
  static void stop() {
    server.close();
  }

  @BeforeEach
  void empty() {
    DATABASE.execute("TRUNCATE bootstrap_secret");
  }

  @Override
  protected BootstrapSecretRepository secrets() {
    return server.bean(BootstrapSecretRepository.class);
  }
}
