package dev.servicetokens.cli.rbac;

import dev.servicetokens.cli.command.Command;
import dev.servicetokens.cli.command.Session;
import dev.servicetokens.cli.output.Report;
import dev.servicetokens.cli.output.TextOutput;
import java.util.List;
import java.util.Map;
import picocli.CommandLine;

/** {@code sts rbac list-permissions}. */
@CommandLine.Command(name = "list-permissions", description = "List all permissions that there are")
final class ListPermissionsCommand implements Command {

  @Override
  public Report run(Session session) {
    return new Permissions(
        session.connect().ask(client -> client.permissions().listPermissions()).getPermissions());
  }

  private record Permissions(List<String> permissions) implements Report {

    @Override
    public void writeText(TextOutput out) {
      out.success("Available permissions: " + String.join(", ", permissions));
    }

    @Override
    public Map<String, ?> json() {
      return Map.of("permissions", permissions);
    }
  }
}
