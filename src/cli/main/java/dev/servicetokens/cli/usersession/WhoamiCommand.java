package dev.servicetokens.cli.usersession;

import dev.servicetokens.cli.command.Command;
import dev.servicetokens.cli.command.Session;
import dev.servicetokens.cli.output.Report;
import dev.servicetokens.cli.output.TextOutput;
import dev.servicetokens.cli.output.UtcTime;
import dev.servicetokens.cli.rbac.HeldPermissions;
import dev.servicetokens.cli.rbac.KnownPermissions;
import dev.servicetokens.cli.server.ServerConnection;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Option;

/** {@code sts whoami}. */
@CommandLine.Command(name = "whoami", description = "Tell who the caller is and what it may do")
public final class WhoamiCommand implements Command {

  @Option(names = "--all", description = "List the permissions of a caller that has every one, too")
  private boolean all;

  @Override
  public Report run(Session session) {
    ServerConnection connection = session.connect();
    var caller = connection.ask(client -> client.userSession().getSession());
    boolean listed =
        all || session.printer().json() || !KnownPermissions.areAllHeld(caller, connection);
    return new Caller(
        caller.getId(),
        caller.getName(),
        caller.getRoles(),
        new HeldPermissions(caller.getPermissions()),
        listed,
        caller.getExpiration());
  }

  /**
   * Who the caller is.
   *
   * @param listed whether people are shown each permission, instead of a line that says "every"
   */
  private record Caller(
      long id,
      String name,
      List<String> roles,
      HeldPermissions permissions,
      boolean listed,
      @Nullable Long expiration)
      implements Report {

    @Override
    public void writeText(TextOutput out) {
      out.line("ID: " + id);
      out.line("Name: " + name);
      out.line("Expiration: " + (expiration == null ? "never" : UtcTime.dateOf(expiration)));
      out.line("Roles: " + String.join(", ", roles));
      out.line("");
      if (listed) {
        permissions.writeText(out, "No permissions.");
      } else {
        out.line("Every permission, on every resource; \"sts whoami --all\" lists them.");
      }
    }

    @Override
    public Map<String, ?> json() {
      Map<String, Object> fields = new TreeMap<>();
      fields.put("id", id);
      fields.put("name", name);
      fields.put("roles", roles);
      fields.put("permissions", permissions.byResource());
      if (expiration != null) {
        fields.put("expiration", expiration);
      }
      return Map.of("session", fields);
    }
  }
}
