package dev.servicetokens.cli.rbac;

import dev.servicetokens.cli.command.Command;
import dev.servicetokens.cli.command.ForceFlag;
import dev.servicetokens.cli.command.Session;
import dev.servicetokens.cli.output.Report;
import dev.servicetokens.cli.server.ServerConnection;
import picocli.CommandLine;
import picocli.CommandLine.Mixin;

/** {@code sts rbac revoke}. */
@CommandLine.Command(name = "revoke", description = "Take a permission from a subject")
final class RevokeCommand implements Command {

  @Mixin private final PermissionFlags flags = new PermissionFlags();
  @Mixin private final ForceFlag force = new ForceFlag();

  @Override
  public Report run(Session session) {
    String subject = flags.subject();
    ServerConnection connection = session.connect();
    force.order(
        session,
        connection,
        (client, forced) ->
            client
                .permissions()
                .revokePermission(flags.permission(), subject, flags.resource(), forced));
    return flags.readBack(
        connection,
        "Revoked permission '%s' on '%s' from subject '%s'"
            .formatted(flags.permission(), flags.resource(), subject));
  }
}
