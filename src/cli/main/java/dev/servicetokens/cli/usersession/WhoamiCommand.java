package dev.servicetokens.cli.usersession;

import dev.servicetokens.cli.command.Command;
import dev.servicetokens.cli.command.Session;
import dev.servicetokens.cli.output.Report;
import dev.servicetokens.cli.output.TextOutput;
import dev.servicetokens.cli.output.UtcTime;
import dev.servicetokens.cli.rbac.HeldPermissions;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;

/** {@code sts whoami}. */
@CommandLine.Command(name = "whoami", description = "Tell who the caller is and what it may do")
public final class WhoamiCommand implements Command {

  @Override
  public Report run(Session session) {
    var caller = session.connect().ask(client -> client.userSession().getSession());
    return new Caller(
        caller.getId(),
        caller.getName(),
        caller.getRoles(),
        new HeldPermissions(caller.getPermissions()),
        caller.getExpiration());
  }

  private record Caller(
      long id,
      String name,
      List<String> roles,
      HeldPermissions permissions,
      @Nullable Long expiration)
      implements Report {

    @Override
    public void writeText(TextOutput out) {
      out.line("ID: " + id);
      out.line("Name: " + name);
      out.line("Expiration: " + (expiration == null ? "never" : UtcTime.dateOf(expiration)));
      out.line("Roles: " + String.join(", ", roles));
      out.line("");
      permissions.writeText(out, "No permissions.");
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
