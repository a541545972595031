package dev.servicetokens.bootstrap.jdbc;

import dev.servicetokens.bootstrap.BootstrapSecretRepository;
import dev.servicetokens.bootstrap.BootstrapSecretRepositorySuite;
import dev.servicetokens.fixtures.TestBeans;
import dev.servicetokens.fixtures.TestDatabase;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;

final class JdbcBootstrapSecretRepositoryTest extends BootstrapSecretRepositorySuite {

  private static final TestDatabase DATABASE = TestDatabase.create();

  private static TestBeans beans;

  @BeforeAll
  static void start() {
    beans = TestBeans.on(DATABASE);
  }

  @AfterAll
  static void stop() {
    beans.close();
  }

  @BeforeEach
  void empty() {
    DATABASE.execute("TRUNCATE bootstrap_secret");
  }

  @Override
  protected BootstrapSecretRepository secrets() {
    return beans.bean(BootstrapSecretRepository.class);
  }
}
