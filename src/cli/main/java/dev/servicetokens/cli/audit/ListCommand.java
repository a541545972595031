package dev.servicetokens.cli.audit;

import dev.servicetokens.cli.command.Command;
import dev.servicetokens.cli.command.Session;
import dev.servicetokens.cli.failure.UsageFailure;
import dev.servicetokens.cli.output.Report;
import dev.servicetokens.cli.output.TextOutput;
import dev.servicetokens.cli.server.ServerConnection;
import dev.servicetokens.client.model.AuditEvent;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code sts audit list}. */
@CommandLine.Command(name = "list", description = "List audit events, the newest first")
final class ListCommand implements Command {

  private static final int USUAL_LIMIT = 100;
  private static final int USUAL_LIMIT_BEFORE_FOLLOWING = 10;

  @Mixin private final EventFlags flags = new EventFlags();

  @Option(
      names = "--limit",
      paramLabel = "int",
      description = "Most events to list (default 100, with --follow 10 to begin with)")
  private @Nullable Integer limit;

  @Option(
      names = "--follow",
      description = "List the oldest first and go on with new ones until Ctrl-C")
  private boolean follow;

  @Override
  public Report run(Session session) {
    check();
    EventFilter filter = flags.filter(session.time().now());
    ServerConnection connection = session.connect();
    if (follow) {
      new Follow(session, connection, filter).from(mostBeforeFollowing());
      return Report.NOTHING;
    }
    EventFilter.Found found = filter.newest(connection, limit == null ? USUAL_LIMIT : limit);
    if (found.more() && limit == null) {
      session.printer().note("There are older events; --limit lists more of them.");
    }
    return new Events(found.events(), found.more());
  }

  private void check() {
    if (limit != null && limit < 1) {
      throw new UsageFailure("--limit is " + limit + "; give 1 or more");
    }
    if (follow && flags.hasEnd()) {
      throw new UsageFailure("--follow has no end; leave out --to");
    }
  }

  private int mostBeforeFollowing() {
    if (limit != null) {
      return limit;
    }
    return flags.hasBegin() ? Integer.MAX_VALUE : USUAL_LIMIT_BEFORE_FOLLOWING;
  }

  /**
   * What was found.
   *
   * @param more whether there are older events, which a program must be able to notice, too
   */
  private record Events(List<AuditEvent> events, boolean more) implements Report {

    @Override
    public void writeText(TextOutput out) {
      if (events.isEmpty()) {
        out.line("No audit events found.");
      } else {
        out.table(EventText.table(events));
      }
    }

    @Override
    public Map<String, ?> json() {
      List<Map<String, Object>> fields = events.stream().map(EventText::fields).toList();
      return more ? Map.of("events", fields, "more", true) : Map.of("events", fields);
    }
  }
}
