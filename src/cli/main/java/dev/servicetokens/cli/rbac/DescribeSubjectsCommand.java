package dev.servicetokens.cli.rbac;

import dev.servicetokens.cli.command.Command;
import dev.servicetokens.cli.command.Session;
import dev.servicetokens.cli.failure.CommandFailure;
import dev.servicetokens.cli.failure.ExitCode;
import dev.servicetokens.cli.output.Report;
import dev.servicetokens.cli.output.Table;
import dev.servicetokens.cli.output.TextOutput;
import dev.servicetokens.client.model.Subject;
import java.util.List;
import java.util.Map;
import picocli.CommandLine;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code sts rbac describe-subjects}: always asks for all of them, as scripts expect. */
@CommandLine.Command(name = "describe-subjects", description = "List subjects and their sources")
final class DescribeSubjectsCommand implements Command {

  @Option(
      names = "--subject",
      paramLabel = "string",
      description = "Only the subject with this handle")
  private String handle = "";

  @Mixin private final SourceFlag source = new SourceFlag();

  @Override
  public Report run(Session session) {
    List<Subject> subjects =
        session.connect().ask(client -> client.subjects().listSubjects()).stream()
            .filter(subject -> handle.isEmpty() || subject.getHandle().equals(handle))
            .filter(subject -> source.source() == null || subject.getSource() == source.source())
            .toList();
    if (subjects.isEmpty() && !handle.isEmpty()) {
      throw new CommandFailure(ExitCode.NOT_FOUND, "could not find subject: '" + handle + "'");
    }
    return new Subjects(subjects);
  }

  private record Subjects(List<Subject> subjects) implements Report {

    @Override
    public void writeText(TextOutput out) {
      if (subjects.isEmpty()) {
        out.line("No subjects found.");
        return;
      }
      Table table = new Table(List.of("SUBJECT", "SOURCE"));
      subjects.forEach(
          subject -> table.row(List.of(subject.getHandle(), subject.getSource().getValue())));
      out.table(table);
    }

    @Override
    public Map<String, ?> json() {
      return Map.of("subjects", subjects.stream().map(Subjects::fields).toList());
    }

    private static Map<String, ?> fields(Subject subject) {
      return Map.of("handle", subject.getHandle(), "source", subject.getSource().getValue());
    }
  }
}
