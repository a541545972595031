package dev.servicetokens.cli.context;

import dev.servicetokens.cli.command.Command;
import dev.servicetokens.cli.command.Session;
import dev.servicetokens.cli.config.Context;
import dev.servicetokens.cli.output.Report;
import dev.servicetokens.cli.output.TextOutput;
import java.util.Map;
import picocli.CommandLine;
import picocli.CommandLine.Option;

/** {@code sts context validate}. */
@CommandLine.Command(
    name = "validate",
    description = "Check that a context's server accepts its token")
final class ValidateCommand implements Command {

  @Option(
      names = {"-n", "--name"},
      paramLabel = "string",
      description = "Name of the context (default the current one)")
  private String name = "";

  @Override
  public Report run(Session session) {
    Context context = session.resolver(name).resolveSaved();
    return new Valid(
        context.name(),
        new Verified(context.settings().url(), session.connect(context.settings()).serverInfo()));
  }

  private record Valid(String name, Verified verified) implements Report {

    @Override
    public void writeText(TextOutput out) {
      verified.writeText(out);
      out.success("Context " + name + " is valid.");
    }

    @Override
    public Map<String, ?> json() {
      return Map.of("connected", true, "context", name, "server-info", verified.json());
    }
  }
}
