package dev.servicetokens.cli.rbac;

import dev.servicetokens.cli.failure.CommandFailure;
import dev.servicetokens.cli.output.Report;
import dev.servicetokens.cli.output.TextOutput;
import dev.servicetokens.cli.server.ServerConnection;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** The flags of a change of one permission, and what is told afterwards. */
final class PermissionFlags {

  @Mixin private final SubjectFlag subject = new SubjectFlag();

  @Option(
      names = "--permission",
      required = true,
      paramLabel = "string",
      description = "Name of the permission")
  private String permission = "";

  @Option(
      names = "--resource",
      paramLabel = "string",
      description = "Resource on which it is held (default system, which covers every resource)")
  private String resource = "system";

  String subject() {
    return subject.handle();
  }

  String permission() {
    return permission;
  }

  String resource() {
    return resource;
  }

  /**
   * Reads what the subject has now.
   *
   * @param done the line that says what was changed
   * @throws CommandFailure if the server does not tell; it says that the change is made
   */
  Report readBack(ServerConnection connection, String done) {
    String handle = subject();
    try {
      var held =
          connection.ask(
              client -> client.permissions().getSubjectPermissions(handle, null, null, null));
      return new Changed(
          done, handle, new HeldPermissions(held.getPermissions()), held.getDedicatedTo());
    } catch (CommandFailure failure) {
      throw failure.advising(done + "; only reading the subject back failed.");
    }
  }

  private record Changed(
      String done, String subject, HeldPermissions held, @Nullable Long dedicatedTo)
      implements Report {

    @Override
    public void writeText(TextOutput out) {
      out.success(done);
      if (dedicatedTo != null) {
        out.line("'%s' is dedicated to the service token %d.".formatted(subject, dedicatedTo));
      }
      held.writeText(out, "The subject '" + subject + "' has no permissions now.");
    }

    @Override
    public Map<String, ?> json() {
      return Map.of("permissions", held.byResource(), "subject", subject);
    }
  }
}
