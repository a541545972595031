package dev.servicetokens.cli.rbac;

import dev.servicetokens.cli.command.Command;
import dev.servicetokens.cli.command.Session;
import dev.servicetokens.cli.output.Report;
import dev.servicetokens.cli.server.ServerConnection;
import dev.servicetokens.client.model.GrantPermissionRequest;
import picocli.CommandLine;
import picocli.CommandLine.Mixin;

/** {@code sts rbac grant}. */
@CommandLine.Command(name = "grant", description = "Give a subject a permission")
final class GrantCommand implements Command {

  @Mixin private final PermissionFlags flags = new PermissionFlags();

  @Override
  public Report run(Session session) {
    String subject = flags.subject();
    GrantPermissionRequest request =
        new GrantPermissionRequest().permission(flags.permission()).resourceName(flags.resource());
    ServerConnection connection = session.connect();
    connection.order(client -> client.permissions().grantPermission(subject, request));
    return flags.readBack(
        connection,
        "Granted permission '%s' on '%s' to subject '%s'"
            .formatted(flags.permission(), flags.resource(), subject));
  }
}
