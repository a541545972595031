package dev.servicetokens.cli.context;

import dev.servicetokens.cli.command.Command;
import dev.servicetokens.cli.command.Session;
import dev.servicetokens.cli.config.Context;
import dev.servicetokens.cli.output.Report;
import dev.servicetokens.cli.output.Table;
import dev.servicetokens.cli.output.TextOutput;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import picocli.CommandLine;

/** {@code sts context list}. */
@CommandLine.Command(name = "list", description = "List the saved contexts")
final class ListCommand implements Command {

  @Override
  public Report run(Session session) {
    return new ContextList(
        session.configFile().read().contexts().stream()
            .sorted(Comparator.comparing(Context::name))
            .toList());
  }

  private record ContextList(List<Context> contexts) implements Report {

    @Override
    public void writeText(TextOutput out) {
      if (contexts.isEmpty()) {
        out.line("No contexts found.");
        return;
      }
      Table table = new Table(List.of("NAME", "URL"));
      contexts.forEach(context -> table.row(List.of(context.name(), context.settings().url())));
      out.table(table);
    }

    @Override
    public Map<String, ?> json() {
      return Map.of("contexts", contexts.stream().map(ContextList::fields).toList());
    }

    private static Map<String, ?> fields(Context context) {
      return Map.of("name", context.name(), "context", context.masked());
    }
  }
}
