package dev.servicetokens.audit;

import dev.servicetokens.audit.AuditEvent.Occurrence;
import io.micronaut.transaction.TransactionDefinition;
import io.micronaut.transaction.annotation.Transactional;
import jakarta.inject.Singleton;
import java.time.Clock;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Writes to the audit log what a change did, in the transaction of the change: there is no change
 * without its event and no event without its change. When the transaction has ended, a line in the
 * log that operators read says the same. {@link ChainSealer} seals the event a moment later.
 * Thread-safe.
 */
@Singleton
public class AuditTrail {

  private static final Logger LOG = LoggerFactory.getLogger(AuditTrail.class);

  private final AuditRepository repository;
  private final Origin.Current origins;
  private final TransactionEnds ends;
  private final Clock clock;

  AuditTrail(
      AuditRepository repository, Origin.Current origins, TransactionEnds ends, Clock clock) {
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
    append(List.of(entry));
  }

  /**
   * Appends the events of one change in this order, with one exchange with the database.
   *
   * @throws io.micronaut.transaction.exceptions.NoTransactionException outside a transaction
   */
  @Transactional(propagation = TransactionDefinition.Propagation.MANDATORY)
  public void append(List<AuditEntry> entries) {
    Origin origin = origins.get();
    repository.add(
        entries.stream().map(entry -> new Occurrence(clock.instant(), entry, 1, origin)).toList());
    List<String> lines = entries.stream().map(entry -> line(entry, origin)).toList();
    ends.whenEnded(
        () -> lines.forEach(line -> LOG.info("{}", line)),
        () ->
            lines.forEach(
                line ->
                    LOG.warn(
                        "{}: it is not known whether that is so; the audit log of the database shows it",
                        line)));
  }

  private static String line(AuditEntry entry, Origin origin) {
    return "%s %s %s by %s"
        .formatted(
            origin.trackingKey() == null ? "-" : origin.trackingKey(),
            entry.action().actionName(),
            text(entry.target()),
            text(entry.actor()));
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

  /** Tells how transactions have ended. Thread-safe. */
  public interface TransactionEnds {

    /**
     * Runs one of the two when the current transaction has ended, or none if it is rolled back.
     *
     * @param committed run if it is committed, and as durable as it shall be
     * @param unknown run if nobody knows whether it is
     * @throws java.util.NoSuchElementException outside a transaction
     */
    void whenEnded(Runnable committed, Runnable unknown);
  }
}
