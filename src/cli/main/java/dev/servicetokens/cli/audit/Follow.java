package dev.servicetokens.cli.audit;

import dev.servicetokens.cli.command.Printer;
import dev.servicetokens.cli.command.Session;
import dev.servicetokens.cli.failure.CommandFailure;
import dev.servicetokens.cli.failure.ExitCode;
import dev.servicetokens.cli.output.Report;
import dev.servicetokens.cli.output.Table;
import dev.servicetokens.cli.output.TextOutput;
import dev.servicetokens.cli.server.ServerConnection;
import dev.servicetokens.client.model.AuditEvent;
import java.time.Duration;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Prints events as they come, the oldest first, until the reader has gone. */
final class Follow {

  private static final Duration PAUSE = Duration.ofSeconds(1);

  /** Some minutes: longer than a server needs to start again. */
  private static final int MOST_FAILURES_IN_A_ROW = 300;

  /** What a proxy or a server that is starting or busy says. */
  private static final Set<Integer> SHORT_LIVED_STATUSES = Set.of(429, 502, 503, 504);

  /** Columns only grow, so that rows stay below each other, but no long name may bend them. */
  private static final List<Integer> USUAL_WIDTHS = List.of(6, 23, 21, 7, 22, 22, 15);

  private static final int WIDEST_COLUMN = 40;

  private final Session session;
  private final ServerConnection connection;
  private final EventFilter filter;
  private final Printer printer;
  private final NewEvents newEvents = new NewEvents();
  private List<Integer> widths = USUAL_WIDTHS;
  private int failures;

  Follow(Session session, ServerConnection connection, EventFilter filter) {
    this.session = session;
    this.connection = connection;
    this.filter = filter;
    this.printer = session.printer();
  }

  /**
   * Begins with events that are there already.
   *
   * @param most so many of them at most
   * @throws CommandFailure if the server refuses or is away for long
   */
  void from(int most) {
    EventFilter.Found found = filter.newest(connection, most);
    boolean open = print(newEvents.begin(found.events(), found.more()), true);
    while (open && session.time().pass(PAUSE)) {
      open = print(poll(), false);
    }
  }

  private List<AuditEvent> poll() {
    try {
      List<AuditEvent> events =
          newEvents.of(
              newEvents
                  .since()
                  .map(filter::notBefore)
                  .orElse(filter)
                  .newest(connection, Integer.MAX_VALUE)
                  .events());
      failures = 0;
      return events;
    } catch (CommandFailure failure) {
      if (!isShortLived(failure) || failures == MOST_FAILURES_IN_A_ROW) {
        throw failure;
      }
      if (failures == 0) {
        printer.note(failure.headline() + "; trying again");
      }
      failures++;
      return List.of();
    }
  }

  private static boolean isShortLived(CommandFailure failure) {
    return failure.exitCode() == ExitCode.NO_CONNECTION
        || SHORT_LIVED_STATUSES.contains(failure.status());
  }

  private boolean print(List<AuditEvent> events, boolean first) {
    if (printer.json()) {
      return events.stream().allMatch(event -> printer.part(new Line(event)));
    }
    Table table = EventText.table(events, widths);
    widths = table.widths().stream().map(width -> Math.min(width, WIDEST_COLUMN)).toList();
    return printer.part(new Rows(table, first));
  }

  private record Line(AuditEvent event) implements Report {

    @Override
    public void writeText(TextOutput out) {
      out.table(EventText.table(List.of(event)));
    }

    @Override
    public Map<String, ?> json() {
      return EventText.fields(event);
    }
  }

  private record Rows(Table table, boolean first) implements Report {

    @Override
    public void writeText(TextOutput out) {
      if (first) {
        out.tableHeader(table);
      }
      out.tableRows(table);
    }

    @Override
    public Map<String, ?> json() {
      return Map.of();
    }
  }

  /**
   * Tells new events from those that were seen. An event can become visible a little after a later
   * one, since its transaction took longer or its node's clock is behind, so that each question
   * goes back a little and the answer holds seen ones, too.
   */
  private static final class NewEvents {

    private static final long OVERLAP_MILLISECONDS = Duration.ofSeconds(10).toMillis();

    private static final Comparator<AuditEvent> OLDEST_FIRST =
        Comparator.comparing(AuditEvent::getTimestamp).thenComparing(AuditEvent::getId);

    private final Map<Long, Long> seen = new HashMap<>();
    private @Nullable AuditEvent oldest;
    private @Nullable Long newestMilliseconds;

    /**
     * Begins with these.
     *
     * @param more whether there are older ones, which nobody wants to see
     * @return the same, the oldest first
     */
    List<AuditEvent> begin(List<AuditEvent> events, boolean more) {
      if (more) {
        oldest = events.stream().min(OLDEST_FIRST).orElse(null);
      }
      return of(events);
    }

    /** The instant from which to ask, epoch milliseconds; none before the first event. */
    Optional<Long> since() {
      return Optional.ofNullable(newestMilliseconds).map(newest -> newest - OVERLAP_MILLISECONDS);
    }

    /** Those that are new among them, the oldest first. */
    List<AuditEvent> of(List<AuditEvent> events) {
      List<AuditEvent> unseen =
          events.stream()
              .filter(event -> seen.putIfAbsent(event.getId(), event.getTimestamp()) == null)
              .filter(event -> oldest == null || OLDEST_FIRST.compare(event, oldest) >= 0)
              .sorted(OLDEST_FIRST)
              .toList();
      for (AuditEvent event : unseen) {
        long newest = newestMilliseconds == null ? Long.MIN_VALUE : newestMilliseconds;
        newestMilliseconds = Math.max(newest, event.getTimestamp());
      }
      since().ifPresent(begin -> seen.values().removeIf(timestamp -> timestamp < begin));
      return unseen;
    }
  }
}
