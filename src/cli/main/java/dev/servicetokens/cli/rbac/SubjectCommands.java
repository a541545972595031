package dev.servicetokens.cli.rbac;

import dev.servicetokens.cli.command.Command;
import dev.servicetokens.cli.command.ForceFlag;
import dev.servicetokens.cli.command.Session;
import dev.servicetokens.cli.failure.CommandFailure;
import dev.servicetokens.cli.failure.ExitCode;
import dev.servicetokens.cli.output.Report;
import dev.servicetokens.cli.output.Table;
import dev.servicetokens.cli.output.TextOutput;
import dev.servicetokens.client.model.PutSubjectRequest;
import dev.servicetokens.client.model.Subject;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import picocli.CommandLine;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** The commands that create, delete and list subjects. */
final class SubjectCommands {

  private SubjectCommands() {}

  /** {@code sts rbac create-subject}. */
  @CommandLine.Command(
      name = "create-subject",
      description = "Create a subject without permissions, or change the scope of one")
  static final class CreateSubjectCommand implements Command {

    @Mixin private final SubjectFlag subject = new SubjectFlag();

    @Option(
        names = "--scope",
        paramLabel = "string",
        description = "Scope of the subject, kept as it is given")
    private String scope = "";

    @Option(names = "--create-only", description = "Refuse a subject that exists already")
    private boolean createOnly;

    @Option(
        names = "--adopt",
        description =
            "Create it even if service tokens name it already and would have what it is given")
    private boolean adopt;

    @Override
    public Report run(Session session) {
      String handle = subject.handle();
      PutSubjectRequest request = new PutSubjectRequest();
      if (!scope.isEmpty()) {
        request.query(scope);
      }
      session
          .connect()
          .send(
              client ->
                  client
                      .subjects()
                      .putSubject(
                          handle,
                          request,
                          createOnly ? Boolean.TRUE : null,
                          adopt ? Boolean.TRUE : null));
      return new Report.Done("Created subject '" + handle + "'", Map.of("created-subject", handle));
    }
  }

  /** {@code sts rbac delete-subject}. */
  @CommandLine.Command(
      name = "delete-subject",
      description = "Delete a subject with all its permissions")
  static final class DeleteSubjectCommand implements Command {

    @Mixin private final SubjectFlag subject = new SubjectFlag();
    @Mixin private final ForceFlag force = new ForceFlag();

    @Override
    public Report run(Session session) {
      String handle = subject.handleToDelete();
      force.send(
          session,
          session.connect(),
          (client, forced) -> client.subjects().deleteSubject(handle, forced));
      return new Report.Done("Deleted subject '" + handle + "'", Map.of("deleted-subject", handle));
    }
  }

  /** {@code sts rbac describe-subjects}: always asks for all of them, as scripts expect. */
  @CommandLine.Command(name = "describe-subjects", description = "List subjects and their sources")
  static final class DescribeSubjectsCommand implements Command {

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
        boolean someDedicated =
            subjects.stream().anyMatch(subject -> subject.getDedicatedTo() != null);
        List<String> columns = List.of("SUBJECT", "SOURCE", "DEDICATED_TO");
        Table table = new Table(someDedicated ? columns : columns.subList(0, 2));
        for (Subject subject : subjects) {
          List<String> cells =
              List.of(
                  subject.getHandle(),
                  subject.getSource().getValue(),
                  subject.getDedicatedTo() == null ? "-" : subject.getDedicatedTo().toString());
          table.row(someDedicated ? cells : cells.subList(0, 2));
        }
        out.table(table);
      }

      @Override
      public Map<String, ?> json() {
        return Map.of("subjects", subjects.stream().map(Subjects::fields).toList());
      }

      private static Map<String, ?> fields(Subject subject) {
        Map<String, Object> fields = new LinkedHashMap<>();
        fields.put("handle", subject.getHandle());
        fields.put("source", subject.getSource().getValue());
        if (subject.getDedicatedTo() != null) {
          fields.put("dedicatedTo", subject.getDedicatedTo());
        }
        return fields;
      }
    }
  }
}
