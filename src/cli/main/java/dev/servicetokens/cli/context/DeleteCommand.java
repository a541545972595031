package dev.servicetokens.cli.context;

import dev.servicetokens.cli.command.Command;
import dev.servicetokens.cli.command.Session;
import dev.servicetokens.cli.config.ConfigFile;
import dev.servicetokens.cli.config.Configuration;
import dev.servicetokens.cli.config.ContextResolver;
import dev.servicetokens.cli.failure.CommandFailure;
import dev.servicetokens.cli.failure.ExitCode;
import dev.servicetokens.cli.output.Report;
import dev.servicetokens.cli.output.TextOutput;
import java.util.Map;
import picocli.CommandLine;
import picocli.CommandLine.Option;

/** {@code sts context delete}: any context but the current one. */
@CommandLine.Command(name = "delete", description = "Delete a context from the configuration file")
final class DeleteCommand implements Command {

  @Option(
      names = {"-n", "--name"},
      required = true,
      paramLabel = "string",
      description = "Name of the context")
  private String name = "";

  @Override
  public Report run(Session session) {
    ConfigFile file = session.configFile();
    ContextResolver.find(file.read(), name);
    file.change(this::remove);
    return new Deleted(name);
  }

  private void remove(Configuration configuration) {
    ContextResolver.find(configuration, name);
    if (configuration.currentName().equals(name)) {
      throw new CommandFailure(
          ExitCode.USAGE_OR_REFUSAL,
          "The context '" + name + "' is the current one; choose another with \"sts context set\"");
    }
    configuration.remove(name);
  }

  private record Deleted(String name) implements Report {

    @Override
    public void writeText(TextOutput out) {
      out.success("Deleted context '" + name + "'");
    }

    @Override
    public Map<String, ?> json() {
      return Map.of("deleted context", name);
    }
  }
}
