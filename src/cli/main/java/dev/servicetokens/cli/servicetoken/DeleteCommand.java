package dev.servicetokens.cli.servicetoken;

import dev.servicetokens.cli.command.Command;
import dev.servicetokens.cli.command.ForceFlag;
import dev.servicetokens.cli.command.Session;
import dev.servicetokens.cli.command.TokenId;
import dev.servicetokens.cli.output.Report;
import dev.servicetokens.cli.output.TextOutput;
import java.util.Map;
import picocli.CommandLine;
import picocli.CommandLine.Mixin;

/** {@code sts service-token delete}: the id as the documented argument or as a flag. */
@CommandLine.Command(name = "delete", description = "Delete a service token")
final class DeleteCommand implements Command {

  @Mixin private final TokenId id = new TokenId();
  @Mixin private final ForceFlag force = new ForceFlag();

  @Override
  public Report run(Session session) {
    long token = id.value();
    force.order(
        session,
        session.connect(),
        (client, forced) -> client.serviceTokens().deleteServiceToken(token, forced));
    return new Deleted(token);
  }

  private record Deleted(long id) implements Report {

    @Override
    public void writeText(TextOutput out) {
      out.success("Service token deleted: " + id);
    }

    @Override
    public Map<String, ?> json() {
      return Map.of("deleted-service-token", id);
    }
  }
}
