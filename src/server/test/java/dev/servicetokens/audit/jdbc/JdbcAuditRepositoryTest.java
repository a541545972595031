package dev.servicetokens.audit.jdbc;

import dev.servicetokens.audit.AuditRepository;
import dev.servicetokens.audit.AuditRepositorySuite;
import dev.servicetokens.fixtures.TestBeans;
import dev.servicetokens.fixtures.TestDatabase;
import io.micronaut.transaction.TransactionOperations;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;

final class JdbcAuditRepositoryTest extends AuditRepositorySuite {

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
    DATABASE.execute(
        """
        SET session_replication_role = replica;
        TRUNCATE audit_event, audit_unsealed, audit_seal;
        """);
  }

  @Override
  protected AuditRepository repository() {
    return new InTransaction(
        beans.bean(AuditRepository.class), beans.bean(TransactionOperations.class));
  }
}
