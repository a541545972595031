package dev.servicetokens.audit;

import io.micronaut.transaction.annotation.ReadOnly;
import jakarta.inject.Singleton;
import org.jspecify.annotations.Nullable;

/** Lists audit events. Who may do so is decided where the request is. Thread-safe. */
@Singleton
public class AuditEvents {

  /** Events on a page unless somebody asks for another number. */
  public static final int DEFAULT_LIMIT = 100;

  /** Most events on a page. */
  public static final int MAX_LIMIT = 1000;

  private final AuditRepository repository;

  AuditEvents(AuditRepository repository) {
    this.repository = repository;
  }

  /**
   * A page of the events that pass the filter, the newest first. It ends before its limit where it
   * would weigh too much to be held.
   *
   * @param after where the page before ended; null for the first page
   * @param limit how many at most
   * @throws InvalidAuditQueryException if the limit is not between 1 and {@link #MAX_LIMIT}
   */
  @ReadOnly
  public AuditPage list(AuditFilter filter, @Nullable AuditCursor after, int limit) {
    if (limit < 1 || limit > MAX_LIMIT) {
      throw new InvalidAuditQueryException(
          "The limit is a number from 1 to %d; %d unless given."
              .formatted(MAX_LIMIT, DEFAULT_LIMIT));
    }
    return repository.list(filter, after, limit);
  }
}
