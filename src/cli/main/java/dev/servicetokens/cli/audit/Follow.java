package dev.servicetokens.cli.audit;

import dev.servicetokens.cli.command.Printer;
import dev.servicetokens.cli.command.Session;
import dev.servicetokens.cli.failure.CommandFailure;
import dev.servicetokens.cli.failure.ExitCode;
import dev.servicetokens.cli.output.Report;
import dev.servicetokens.cli.output.Table;
import dev.servicetokens.cli.output.TextOutput;
import dev.servicetokens.client.model.AuditEvent;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;

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
  private final EventPages pages;
  private final EventFilter filter;
  private final Printer printer;
  private final NewEvents newEvents = new NewEvents();
  private List<Integer> widths = USUAL_WIDTHS;
  private int failures;

  Follow(Session session, EventPages pages, EventFilter filter) {
    this.session = session;
    this.pages = pages;
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
    EventPages.Found found = pages.newest(filter, most);
    boolean open = print(newEvents.begin(found.events(), found.more()), true);
    while (open && session.time().pass(PAUSE)) {
      open = print(poll(), false);
    }
  }

  private List<AuditEvent> poll() {
    try {
      List<AuditEvent> events =
          newEvents.of(pages.all(newEvents.since().map(filter::notBefore).orElse(filter)));
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
}
