package dev.servicetokens.cli.rbac;

import dev.servicetokens.cli.command.Command;
import dev.servicetokens.cli.command.ForceFlag;
import dev.servicetokens.cli.command.Session;
import dev.servicetokens.cli.failure.CommandFailure;
import dev.servicetokens.cli.output.Report;
import dev.servicetokens.cli.output.TextOutput;
import dev.servicetokens.cli.server.ServerConnection;
import dev.servicetokens.client.model.GrantPermissionRequest;
import dev.servicetokens.client.model.SubjectPermissions;
import dev.servicetokens.client.model.SubjectSource;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** The commands that give, take and tell what a subject may do. */
final class PermissionCommands {

  private PermissionCommands() {}

  /** {@code sts rbac grant}. */
  @CommandLine.Command(name = "grant", description = "Give a subject a permission")
  static final class GrantCommand implements Command {

    @Mixin private final PermissionFlags flags = new PermissionFlags();

    @Override
    public Report run(Session session) {
      String subject = flags.subject();
      GrantPermissionRequest request =
          new GrantPermissionRequest()
              .permission(flags.permission())
              .resourceName(flags.resource());
      ServerConnection connection = session.connect();
      try {
        connection.send(client -> client.permissions().grantPermission(subject, request));
      } catch (CommandFailure refusal) {
        throw KnownPermissions.explained(refusal, flags.permission(), connection);
      }
      return flags.readBack(
          connection,
          "Granted permission '%s' on '%s' to subject '%s'"
              .formatted(flags.permission(), flags.resource(), subject));
    }
  }

  /** {@code sts rbac revoke}. */
  @CommandLine.Command(name = "revoke", description = "Take a permission from a subject")
  static final class RevokeCommand implements Command {

    @Mixin private final PermissionFlags flags = new PermissionFlags();
    @Mixin private final ForceFlag force = new ForceFlag();

    @Override
    public Report run(Session session) {
      String subject = flags.subject();
      ServerConnection connection = session.connect();
      try {
        force.send(
            session,
            connection,
            (client, forced) ->
                client
                    .permissions()
                    .revokePermission(flags.permission(), subject, flags.resource(), forced));
      } catch (CommandFailure refusal) {
        throw KnownPermissions.explained(refusal, flags.permission(), connection);
      }
      return flags.readBack(
          connection,
          "Revoked permission '%s' on '%s' from subject '%s'"
              .formatted(flags.permission(), flags.resource(), subject));
    }
  }

  /** The flags of a change of one permission, and what is told afterwards. */
  static final class PermissionFlags {

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

  /** {@code sts rbac describe-permissions}. */
  @CommandLine.Command(
      name = "describe-permissions",
      description = "List what a subject may do, on which resources")
  static final class DescribePermissionsCommand implements Command {

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
        out.success(
            "Got subject from the following subject sources: " + String.join(", ", sources));
        out.line("");
        held.writeText(out, "No matching permissions found.");
      }

      @Override
      public Map<String, ?> json() {
        return Map.of("permissions", held.byResource(), "sources", sources, "subject", subject);
      }
    }
  }
}
