package dev.servicetokens.cli.servicetoken;

import dev.servicetokens.cli.command.Command;
import dev.servicetokens.cli.command.Session;
import dev.servicetokens.cli.output.Report;
import dev.servicetokens.cli.output.Table;
import dev.servicetokens.cli.output.TextOutput;
import dev.servicetokens.client.model.RolePolicy;
import dev.servicetokens.client.model.TokenPolicy;
import java.time.DateTimeException;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;

/** {@code sts service-token policy}. */
@CommandLine.Command(name = "policy", description = "Tell how long service tokens may live")
final class PolicyCommand implements Command {

  @Override
  public Report run(Session session) {
    return new Policy(session.connect().ask(client -> client.serviceTokens().getTokenPolicy()));
  }

  private record Policy(TokenPolicy policy) implements Report {

    @Override
    public void writeText(TextOutput out) {
      out.line("Default lifetime: " + shown(policy.getDefaultLifetime(), "the longest"));
      out.line("Longest lifetime: " + shown(policy.getMaximumLifetime(), "no limit"));
      out.line("An end must be given: " + (policy.getRequireExpiration() ? "yes" : "no"));
      out.line("Unused ones are disabled after: " + shown(policy.getDisableUnusedAfter(), "never"));
      out.line(
          "Disabled ones are deleted after: " + shown(policy.getDeleteDisabledAfter(), "never"));
      if (!policy.getRoles().isEmpty()) {
        out.line("");
        Table table = new Table(List.of("ROLE", "LONGEST LIFETIME"));
        policy.getRoles().forEach(role -> table.row(cells(role)));
        out.table(table);
      }
    }

    private static List<String> cells(RolePolicy role) {
      return List.of(role.getRole(), shown(role.getMaximumLifetime(), ""));
    }

    /** In the units that the flags take; what this release cannot read, as the server says it. */
    private static String shown(@Nullable String lifetime, String none) {
      if (lifetime == null) {
        return none;
      }
      try {
        Duration duration = Duration.parse(lifetime);
        if (duration.toSeconds() % Duration.ofDays(1).toSeconds() == 0) {
          return duration.toDays() + "d";
        }
        return duration.toSeconds() % Duration.ofHours(1).toSeconds() == 0
            ? duration.toHours() + "h"
            : duration.toSeconds() + "s";
      } catch (DateTimeException e) {
        return lifetime;
      }
    }

    @Override
    public Map<String, ?> json() {
      Map<String, Object> fields = new TreeMap<>();
      fields.put("defaultLifetime", policy.getDefaultLifetime());
      fields.put("maximumLifetime", policy.getMaximumLifetime());
      fields.put("requireExpiration", policy.getRequireExpiration());
      fields.put("disableUnusedAfter", policy.getDisableUnusedAfter());
      fields.put("deleteDisabledAfter", policy.getDeleteDisabledAfter());
      fields.put(
          "roles",
          policy.getRoles().stream()
              .map(
                  role ->
                      Map.of("role", role.getRole(), "maximumLifetime", role.getMaximumLifetime()))
              .toList());
      fields.values().removeIf(Objects::isNull);
      return Map.of("policy", fields);
    }
  }
}
