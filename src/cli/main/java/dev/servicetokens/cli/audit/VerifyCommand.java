package dev.servicetokens.cli.audit;

import dev.servicetokens.cli.command.Command;
import dev.servicetokens.cli.command.Session;
import dev.servicetokens.cli.failure.CommandFailure;
import dev.servicetokens.cli.failure.ExitCode;
import dev.servicetokens.cli.output.Report;
import dev.servicetokens.cli.output.TextOutput;
import dev.servicetokens.cli.server.ServerConnection;
import dev.servicetokens.client.model.AuditVerification;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;

/** {@code sts audit verify}. */
@CommandLine.Command(
    name = "verify",
    description = "Check that no audit event was changed after it was sealed")
final class VerifyCommand implements Command {

  @Override
  public Report run(Session session) {
    ServerConnection connection = session.connect();
    try {
      return check(connection, session);
    } finally {
      session.printer().endProgress();
    }
  }

  private static Report check(ServerConnection connection, Session session) {
    Intact intact = new Intact(0, 0, null, null);
    while (true) {
      @Nullable Long after = intact.lastSequenceNumber();
      AuditVerification part = connection.ask(client -> client.audit().verifyAudit(after, null));
      intact = intact.and(part);
      if (!Boolean.TRUE.equals(part.getIntact())) {
        throw broken(part, intact.checkedEvents());
      }
      if (Boolean.TRUE.equals(part.getComplete())) {
        return intact;
      }
      if (!isBehind(intact.lastSequenceNumber(), after)) {
        throw failure(
            "The server's answer does not go on after the last one; the check is not done");
      }
      session.printer().progress("Checked " + intact.checkedEvents() + " events");
    }
  }

  private static boolean isBehind(@Nullable Long place, @Nullable Long before) {
    return place != null && (before == null || place > before);
  }

  private static CommandFailure broken(AuditVerification part, long checkedEvents) {
    String place =
        part.getFirstBrokenEvent() == null
            ? "The chain of audit events is broken."
            : "The first broken event is " + part.getFirstBrokenEvent() + ".";
    String problem = part.getProblem() == null ? "" : " " + part.getProblem();
    return failure(place + problem + " Events checked: " + checkedEvents);
  }

  private static CommandFailure failure(String headline) {
    return new CommandFailure(ExitCode.USAGE_OR_REFUSAL, headline);
  }

  /**
   * What was found so far.
   *
   * @param lastSequenceNumber null where the chain is empty
   * @param lastHash null where the chain is empty
   */
  private record Intact(
      long checkedEvents,
      long unsealedEvents,
      @Nullable Long lastSequenceNumber,
      @Nullable String lastHash)
      implements Report {

    Intact and(AuditVerification part) {
      return new Intact(
          checkedEvents + part.getCheckedEvents(),
          part.getUnsealedEvents(),
          part.getLastSequenceNumber() == null ? lastSequenceNumber : part.getLastSequenceNumber(),
          part.getLastHash() == null ? lastHash : part.getLastHash());
    }

    @Override
    public void writeText(TextOutput out) {
      out.success("All audit events are as they were sealed");
      out.line("Checked events: " + checkedEvents);
      out.line("Not sealed yet: " + unsealedEvents);
      if (lastHash != null) {
        out.line("Last hash: " + lastHash);
      }
    }

    @Override
    public Map<String, ?> json() {
      Map<String, Object> fields = new TreeMap<>();
      fields.put("intact", true);
      fields.put("checked-events", checkedEvents);
      fields.put("unsealed-events", unsealedEvents);
      if (lastSequenceNumber != null) {
        fields.put("last-sequence-number", lastSequenceNumber);
      }
      if (lastHash != null) {
        fields.put("last-hash", lastHash);
      }
      return fields;
    }
  }
}
