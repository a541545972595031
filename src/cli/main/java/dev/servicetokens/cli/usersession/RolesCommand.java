package dev.servicetokens.cli.usersession;

import dev.servicetokens.cli.command.Command;
import dev.servicetokens.cli.command.Session;
import dev.servicetokens.cli.output.Report;
import dev.servicetokens.cli.output.TextOutput;
import java.util.List;
import java.util.Map;
import picocli.CommandLine;

/** {@code sts user-session roles}. */
@CommandLine.Command(name = "roles", description = "List the caller and its roles")
final class RolesCommand implements Command {

  @Override
  public Report run(Session session) {
    return new Roles(
        session.connect().ask(client -> client.userSession().getAvailableRoles()).getRoles());
  }

  private record Roles(List<String> roles) implements Report {

    @Override
    public void writeText(TextOutput out) {
      out.success("Available roles: " + String.join(", ", roles));
    }

    @Override
    public Map<String, ?> json() {
      return Map.of("roles", roles);
    }
  }
}
