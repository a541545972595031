package dev.servicetokens.cli.usersession;

import dev.servicetokens.cli.command.Command;
import dev.servicetokens.cli.command.Session;
import dev.servicetokens.cli.output.Report;
import java.util.List;
import java.util.Map;
import picocli.CommandLine;

/** The commands below {@code sts user-session}. */
@CommandLine.Command(
    name = "user-session",
    description = "Tell about the caller",
    subcommands = UserSessionGroup.RolesCommand.class)
public final class UserSessionGroup {

  /** {@code sts user-session roles}. */
  @CommandLine.Command(name = "roles", description = "List the caller and its roles")
  static final class RolesCommand implements Command {

    @Override
    public Report run(Session session) {
      List<String> roles =
          session.connect().ask(client -> client.userSession().getAvailableRoles()).getRoles();
      return new Report.Done(
          "Available roles: " + String.join(", ", roles), Map.of("roles", roles));
    }
  }
}
