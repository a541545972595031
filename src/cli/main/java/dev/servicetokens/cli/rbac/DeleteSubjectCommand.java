package dev.servicetokens.cli.rbac;

import dev.servicetokens.cli.command.Command;
import dev.servicetokens.cli.command.ForceFlag;
import dev.servicetokens.cli.command.Session;
import dev.servicetokens.cli.output.Report;
import dev.servicetokens.cli.output.TextOutput;
import java.util.Map;
import picocli.CommandLine;
import picocli.CommandLine.Mixin;

/** {@code sts rbac delete-subject}. */
@CommandLine.Command(
    name = "delete-subject",
    description = "Delete a subject with all its permissions")
final class DeleteSubjectCommand implements Command {

  @Mixin private final SubjectFlag subject = new SubjectFlag();
  @Mixin private final ForceFlag force = new ForceFlag();

  @Override
  public Report run(Session session) {
    String handle = subject.handle();
    force.order(
        session,
        session.connect(),
        (client, forced) -> client.subjects().deleteSubject(handle, forced));
    return new Deleted(handle);
  }

  private record Deleted(String subject) implements Report {

    @Override
    public void writeText(TextOutput out) {
      out.success("Deleted subject '" + subject + "'");
    }

    @Override
    public Map<String, ?> json() {
      return Map.of("deleted-subject", subject);
    }
  }
}
