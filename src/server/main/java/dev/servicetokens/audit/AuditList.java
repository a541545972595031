package dev.servicetokens.audit;

import dev.servicetokens.text.CheckedText;
import dev.servicetokens.text.InvalidInputException;
import dev.servicetokens.text.PlainText;
import io.micronaut.transaction.annotation.ReadOnly;
import jakarta.inject.Singleton;
import java.nio.ByteBuffer;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Lists audit events. Who may do so is decided where the request is. Thread-safe. */
@Singleton
public class AuditList {

  /** Events on a page unless somebody asks for another number. */
  public static final int DEFAULT_LIMIT = 100;

  /** Most events on a page. */
  public static final int MAX_LIMIT = 1000;

  private final AuditRepository repository;

  AuditList(AuditRepository repository) {
    this.repository = repository;
  }

  /**
   * A page of the events that pass the filter, the newest first. It ends before its limit where it
   * would weigh too much to be held.
   *
   * @param after where the page before ended; null for the first page
   * @param limit how many at most
   * @throws InvalidInputException if the limit is not between 1 and {@link #MAX_LIMIT}
   */
  @ReadOnly
  public Page page(Filter filter, @Nullable Cursor after, int limit) {
    if (limit < 1 || limit > MAX_LIMIT) {
      throw new InvalidInputException(
          "The limit is a number from 1 to %d; %d unless given."
              .formatted(MAX_LIMIT, DEFAULT_LIMIT));
    }
    return repository.list(filter, after, limit);
  }

  /**
   * Some events, the newest first. Immutable.
   *
   * @param events those of this page
   * @param next where the next page begins; null if nothing followed when this one was read
   */
  public record Page(List<AuditEvent> events, @Nullable Cursor next) {

    /** Copies the events. */
    public Page {
      events = List.copyOf(events);
    }
  }

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
  public record Filter(
      @Nullable String actor,
      @Nullable Long token,
      @Nullable AuditAction action,
      AuditAction.@Nullable Outcome outcome,
      @Nullable Instant from,
      @Nullable Instant to) {

    /** Lets everything through. */
    public static final Filter ALL = new Filter(null, null, null, null, null, null);

    private static final int MAX_ACTOR_LENGTH = 255;
    private static final Instant EARLIEST = Instant.EPOCH;
    private static final Instant LATEST = Instant.parse("+10000-01-01T00:00:00Z");

    /**
     * Brings instants that no event can have to the ends of what the database can compare.
     *
     * @throws InvalidInputException if the actor can be neither an id nor a name
     */
    public Filter {
      if (actor != null
          && (PlainText.isBlank(actor)
              || PlainText.length(actor) > MAX_ACTOR_LENGTH
              || !PlainText.isOneLine(actor))) {
        throw new InvalidInputException(
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

  /**
   * A place in the list: behind the event of that time and id. Its text is opaque to callers: the
   * time in microseconds and the id, as {@link CheckedText}. Immutable.
   *
   * @param occurredAt time of the last event before the place
   * @param id id of that event
   */
  public record Cursor(Instant occurredAt, long id) {

    private static final int LENGTH = 2 * Long.BYTES;
    private static final long MAX_MICROSECONDS = 253_402_300_800_000_000L;

    /** The place behind that event. */
    public static Cursor after(AuditEvent event) {
      return new Cursor(event.occurrence().at(), event.id());
    }

    /**
     * The cursor that {@link #text} gave.
     *
     * @throws InvalidInputException if it gave no such text
     */
    public static Cursor parse(String text) {
      byte[] decoded = CheckedText.decode(text).orElseThrow(Cursor::invalid);
      if (decoded.length != LENGTH) {
        throw invalid();
      }
      ByteBuffer bytes = ByteBuffer.wrap(decoded);
      long microseconds = bytes.getLong();
      long id = bytes.getLong();
      if (id < 1 || microseconds < 0 || microseconds >= MAX_MICROSECONDS) {
        throw invalid();
      }
      return new Cursor(Instant.EPOCH.plus(microseconds, ChronoUnit.MICROS), id);
    }

    /** The text that callers send back. */
    public String text() {
      return CheckedText.encode(
          ByteBuffer.allocate(LENGTH)
              .putLong(ChronoUnit.MICROS.between(Instant.EPOCH, occurredAt))
              .putLong(id)
              .array());
    }

    private static InvalidInputException invalid() {
      return new InvalidInputException(
          "The cursor is none that this server gave; take it from 'nextCursor', or leave it out.");
    }
  }
}
