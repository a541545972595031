package dev.servicetokens.audit;

import jakarta.inject.Singleton;
import java.time.Clock;
import org.jspecify.annotations.Nullable;

/**
 * Takes down which callers lacked a permission for an operation of administration. Equal ones are
 * one event a second, outside of the transaction that the refusal undid; {@link AggregateWriter}
 * writes them. Thread-safe, never blocks and never fails: it is called while a request waits.
 */
@Singleton
public final class DeniedOperations implements AggregatedEvents {

  /** Stands for the callers and operations that are too many to be kept apart. */
  public static final String OTHER_OPERATIONS = "other operations";

  private static final int CAPACITY = 1000;
  private static final int REFILL = 2;
  private static final Key REST = new Key(null, OTHER_OPERATIONS, null, null);

  private final CurrentOrigin origins;
  private final Clock clock;
  private final Aggregates<Key> denied = new Aggregates<>(CAPACITY);

  private record Key(
      @Nullable Actor actor,
      String operation,
      @Nullable String permission,
      @Nullable String resource) {}

  DeniedOperations(CurrentOrigin origins, Clock clock) {
    this.origins = origins;
    this.clock = clock;
  }

  /**
   * Counts one.
   *
   * @param actor who was refused
   * @param operation what it tried, by the name that the contract gives it
   * @param permission the first permission that it lacks
   * @param resource the resource of that permission
   */
  public void add(Actor actor, String operation, String permission, String resource) {
    denied.add(
        new Key(actor, operation, permission, resource),
        REST,
        clock.instant(),
        origins::get,
        Origin.NONE);
  }

  @Override
  public Batch take() {
    Aggregates.Drained<Key> drained = denied.drain();
    return new Batch(
        drained.occurrences(
            key ->
                AuditEntry.authorizationDenied(
                    key.actor, key.operation, key.permission, key.resource)),
        () -> denied.refill(REFILL),
        () -> denied.giveBack(drained));
  }
}
