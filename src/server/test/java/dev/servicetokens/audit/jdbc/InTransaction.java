package dev.servicetokens.audit.jdbc;

import dev.servicetokens.audit.AuditEvent.Occurrence;
import dev.servicetokens.audit.AuditList.Cursor;
import dev.servicetokens.audit.AuditList.Filter;
import dev.servicetokens.audit.AuditList.Page;
import dev.servicetokens.audit.AuditRepository;
import io.micronaut.transaction.TransactionDefinition;
import io.micronaut.transaction.TransactionOperations;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Asks a repository in a transaction for each call, as its callers do. */
record InTransaction(AuditRepository repository, TransactionOperations<?> transactions)
    implements AuditRepository {

  @Override
  public void add(List<Occurrence> occurrences) {
    transactions.execute(
        TransactionDefinition.DEFAULT,
        status -> {
          repository.add(occurrences);
          return true;
        });
  }

  @Override
  public Page list(Filter filter, @Nullable Cursor after, int limit) {
    return transactions.execute(
        TransactionDefinition.READ_ONLY, status -> repository.list(filter, after, limit));
  }
}
