package dev.servicetokens.cli.rbac;

import dev.servicetokens.cli.command.Command;
import dev.servicetokens.cli.command.Session;
import dev.servicetokens.cli.output.Report;
import dev.servicetokens.cli.output.TextOutput;
import dev.servicetokens.client.model.SubjectPermissions;
import dev.servicetokens.client.model.SubjectSource;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code sts rbac describe-permissions}. */
@CommandLine.Command(
    name = "describe-permissions",
    description = "List what a subject may do, on which resources")
final class DescribePermissionsCommand implements Command {

  @Mixin private final SubjectFlag subject = new SubjectFlag();

  @Option(names = "--permission", paramLabel = "string", description = "Only this permission")
  private @Nullable String permission;

  @Option(
      names = "--resource",
      paramLabel = "string",
      description = "Only what is held on this resource")
  private @Nullable String resource;

  @Mixin private final SourceFlag source = new SourceFlag();

  @Override
  public Report run(Session session) {
    String handle = subject.handle();
    return Description.of(
        session
            .connect()
            .ask(
                client ->
                    client
                        .permissions()
                        .getSubjectPermissions(
                            handle, given(permission), given(resource), source.source())));
  }

  private static @Nullable String given(@Nullable String text) {
    return text == null || text.isEmpty() ? null : text;
  }

  private record Description(String subject, List<String> sources, HeldPermissions held)
      implements Report {

    static Description of(SubjectPermissions answer) {
      return new Description(
          answer.getSubjectHandle(),
          answer.getFromSources().stream().map(SubjectSource::getValue).toList(),
          new HeldPermissions(answer.getPermissions()));
    }

    @Override
    public void writeText(TextOutput out) {
      out.success("Got subject from the following subject sources: " + String.join(", ", sources));
      out.line("");
      held.writeText(out, "No matching permissions found.");
    }

    @Override
    public Map<String, ?> json() {
      return Map.of("permissions", held.byResource(), "sources", sources, "subject", subject);
    }
  }
}
