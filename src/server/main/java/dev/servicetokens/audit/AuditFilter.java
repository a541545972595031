package dev.servicetokens.audit;

import dev.servicetokens.text.PlainText;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * Which events a list shall have: those that meet every part that is not null. Immutable.
 *
 * @param actor id or name of the token that did it
 * @param token id of the token that did it, or that it was done to
 * @param action what was done
 * @param outcome how it ended
 * @param from the first instant
 * @param to the first instant that is too late
 */
public record AuditFilter(
    @Nullable String actor,
    @Nullable Long token,
    @Nullable AuditAction action,
    @Nullable AuditOutcome outcome,
    @Nullable Instant from,
    @Nullable Instant to) {

  /** Lets everything through. */
  public static final AuditFilter ALL = new AuditFilter(null, null, null, null, null, null);

  private static final int MAX_ACTOR_LENGTH = 255;
  private static final Instant EARLIEST = Instant.EPOCH;
  private static final Instant LATEST = Instant.parse("+10000-01-01T00:00:00Z");

  /**
   * Brings instants that no event can have to the ends of what the database can compare.
   *
   * @throws InvalidAuditQueryException if the actor can be neither an id nor a name
   */
  public AuditFilter {
    if (actor != null
        && (PlainText.isBlank(actor)
            || PlainText.length(actor) > MAX_ACTOR_LENGTH
            || !PlainText.isOneLine(actor))) {
      throw new InvalidAuditQueryException(
          "The actor is the id or the name of a token: 1 to %d characters on one line."
              .formatted(MAX_ACTOR_LENGTH));
    }
    from = within(from);
    to = within(to);
  }

  private static @Nullable Instant within(@Nullable Instant instant) {
    if (instant == null) {
      return null;
    }
    if (instant.isBefore(EARLIEST)) {
      return EARLIEST;
    }
    return instant.isAfter(LATEST) ? LATEST : instant;
  }
}
