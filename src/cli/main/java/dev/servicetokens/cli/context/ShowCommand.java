package dev.servicetokens.cli.context;

import dev.servicetokens.cli.command.Command;
import dev.servicetokens.cli.command.Session;
import dev.servicetokens.cli.config.Context;
import dev.servicetokens.cli.config.YamlText;
import dev.servicetokens.cli.output.Report;
import dev.servicetokens.cli.output.TextOutput;
import java.util.LinkedHashMap;
import java.util.Map;
import picocli.CommandLine;
import picocli.CommandLine.Option;

/** {@code sts context show}: the current context or a named one, its token masked. */
@CommandLine.Command(name = "show", description = "Show a context, its token masked")
final class ShowCommand implements Command {

  @Option(
      names = {"-n", "--name"},
      paramLabel = "string",
      description = "Name of the context (default the current one)")
  private String name = "";

  @Override
  public Report run(Session session) {
    return new Shown(session.resolver(name).saved());
  }

  private record Shown(Context context) implements Report {

    @Override
    public void writeText(TextOutput out) {
      Map<String, Object> yaml = new LinkedHashMap<>();
      yaml.put("name", context.name());
      yaml.put("context", context.masked());
      out.block(YamlText.of(yaml));
    }

    @Override
    public Map<String, ?> json() {
      return Map.of("name", context.name(), "current-context", context.masked());
    }
  }
}
