package dev.servicetokens.audit;

import io.micronaut.transaction.TransactionDefinition;
import io.micronaut.transaction.annotation.Transactional;
import jakarta.inject.Singleton;
import java.time.Clock;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Takes down what a change did, in the transaction of the change: there is no change without its
 * event and no event without its change. Thread-safe.
 */
@Singleton
public class AuditTrail {

  private static final Logger LOG = LoggerFactory.getLogger(AuditTrail.class);

  private final AuditRepository repository;
  private final CurrentOrigin origins;
  private final TransactionEnds ends;
  private final Clock clock;

  AuditTrail(AuditRepository repository, CurrentOrigin origins, TransactionEnds ends, Clock clock) {
    this.repository = repository;
    this.origins = origins;
    this.ends = ends;
    this.clock = clock;
  }

  /**
   * Appends an event, with now as its time and the current request as its origin.
   *
   * @throws io.micronaut.transaction.exceptions.NoTransactionException outside a transaction
   */
  @Transactional(propagation = TransactionDefinition.Propagation.MANDATORY)
  public void append(AuditEntry entry) {
    Origin origin = origins.get();
    repository.add(List.of(new Occurrence(clock.instant(), entry, 1, origin)));
    String line =
        "%s %s %s by %s"
            .formatted(
                origin.trackingKey() == null ? "-" : origin.trackingKey(),
                entry.action().actionName(),
                text(entry.target()),
                text(entry.actor()));
    ends.whenEnded(
        () -> LOG.info("{}", line),
        () ->
            LOG.warn(
                "{}: it is not known whether that is so; the audit log of the database shows it",
                line));
  }

  private static String text(@Nullable AuditTarget target) {
    return switch (target) {
      case null -> "-";
      case AuditTarget.Token(long id, String name) -> text(new Actor(id, name));
      case AuditTarget.Named(String text, var _) -> "'" + text + "'";
    };
  }

  private static String text(@Nullable Actor token) {
    return token == null ? "-" : token.id() + " '" + token.name() + "'";
  }
}
