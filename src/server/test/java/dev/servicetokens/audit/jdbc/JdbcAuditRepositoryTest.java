package dev.servicetokens.audit.jdbc;

import dev.servicetokens.audit.AuditRepository;
import dev.servicetokens.audit.AuditRepositorySuite;
import dev.servicetokens.fixtures.TestDatabase;
import dev.servicetokens.fixtures.TestServer;
import io.micronaut.transaction.TransactionOperations;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;

final class JdbcAuditRepositoryTest extends AuditRepositorySuite {

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
    DATABASE.execute(
        """
        SET session_replication_role = replica;
        TRUNCATE audit_event, audit_unsealed, audit_seal;
        """);
  }

  @Override
  protected AuditRepository repository() {
    return new InTransaction(
        server.bean(AuditRepository.class), server.bean(TransactionOperations.class));
  }
}
