package dev.servicetokens.cli.rbac;

import dev.servicetokens.cli.command.Command;
import dev.servicetokens.cli.command.Session;
import dev.servicetokens.cli.output.Report;
import dev.servicetokens.cli.output.TextOutput;
import dev.servicetokens.client.model.PutSubjectRequest;
import java.util.Map;
import picocli.CommandLine;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code sts rbac create-subject}. */
@CommandLine.Command(
    name = "create-subject",
    description = "Create a subject without permissions, or change the scope of one")
final class CreateSubjectCommand implements Command {

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
        .order(
            client ->
                client
                    .subjects()
                    .putSubject(
                        handle,
                        request,
                        createOnly ? Boolean.TRUE : null,
                        adopt ? Boolean.TRUE : null));
    return new Created(handle);
  }

  private record Created(String subject) implements Report {

    @Override
    public void writeText(TextOutput out) {
      out.success("Created subject '" + subject + "'");
    }

    @Override
    public Map<String, ?> json() {
      return Map.of("created-subject", subject);
    }
  }
}
