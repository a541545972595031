package dev.servicetokens.cli.servicetoken;

import dev.servicetokens.cli.command.Command;
import dev.servicetokens.cli.command.Session;
import dev.servicetokens.cli.failure.UsageFailure;
import dev.servicetokens.cli.output.Report;
import dev.servicetokens.cli.output.TextOutput;
import java.util.Map;
import picocli.CommandLine;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code sts service-token delete}: the id as the documented argument or as a flag. */
@CommandLine.Command(name = "delete", description = "Delete a service token")
final class DeleteCommand implements Command {

  @Parameters(
      index = "0",
      arity = "0..1",
      paramLabel = "id",
      description = "Id of the service token")
  private String argument = "";

  @Option(
      names = {"-i", "--id"},
      paramLabel = "int",
      description = "Id of the service token, instead of the argument")
  private String flag = "";

  @Override
  public Report run(Session session) {
    long id = id();
    session.connect().order(client -> client.serviceTokens().deleteServiceToken(id, null));
    return new Deleted(id);
  }

  private long id() {
    if (argument.isEmpty() == flag.isEmpty()) {
      throw new UsageFailure(
          argument.isEmpty()
              ? "Which service token? Give its id, as \"sts service-token list\" shows it"
              : "The id is given as an argument and as a flag; give it once");
    }
    String text = argument + flag;
    try {
      return Long.parseLong(text);
    } catch (NumberFormatException e) {
      throw new UsageFailure(
          "\"" + text + "\" is not an id; \"sts service-token list\" shows the ids");
    }
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
