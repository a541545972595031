package dev.servicetokens.cli.context;

import dev.servicetokens.cli.command.Command;
import dev.servicetokens.cli.command.Session;
import dev.servicetokens.cli.config.ConfigFile;
import dev.servicetokens.cli.config.ContextResolver;
import dev.servicetokens.cli.output.Report;
import dev.servicetokens.cli.output.TextOutput;
import java.util.Map;
import picocli.CommandLine;
import picocli.CommandLine.Option;

/** {@code sts context set}. */
@CommandLine.Command(name = "set", description = "Choose the context to use from now on")
final class SetCommand implements Command {

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
    file.change(
        configuration -> {
          ContextResolver.find(configuration, name);
          configuration.setCurrent(name);
        });
    return new Chosen(name);
  }

  private record Chosen(String name) implements Report {

    @Override
    public void writeText(TextOutput out) {
      out.success("Current context set to " + name);
    }

    @Override
    public Map<String, ?> json() {
      return Map.of("current-context", name);
    }
  }
}
