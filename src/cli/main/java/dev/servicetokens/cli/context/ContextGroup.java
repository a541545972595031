package dev.servicetokens.cli.context;

import dev.servicetokens.cli.command.Command;
import dev.servicetokens.cli.command.Session;
import dev.servicetokens.cli.config.ConfigFile;
import dev.servicetokens.cli.config.Configuration;
import dev.servicetokens.cli.config.Context;
import dev.servicetokens.cli.config.ContextResolver;
import dev.servicetokens.cli.config.Settings;
import dev.servicetokens.cli.config.YamlText;
import dev.servicetokens.cli.failure.CommandFailure;
import dev.servicetokens.cli.failure.ExitCode;
import dev.servicetokens.cli.failure.UsageFailure;
import dev.servicetokens.cli.output.Report;
import dev.servicetokens.cli.output.Table;
import dev.servicetokens.cli.output.TextOutput;
import dev.servicetokens.cli.server.CaCertificate;
import dev.servicetokens.client.model.ServerInfo;
import dev.servicetokens.client.model.ServerVersion;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Option;

/** The commands below {@code sts context}. */
@CommandLine.Command(
    name = "context",
    description = "Manage the saved servers and tokens",
    subcommands = {
      ContextGroup.DeleteCommand.class,
      ContextGroup.ListCommand.class,
      ContextGroup.SaveCommand.class,
      ContextGroup.SetCommand.class,
      ContextGroup.ShowCommand.class,
      ContextGroup.ValidateCommand.class
    })
public final class ContextGroup {

  /** {@code sts context delete}: any context but the current one. */
  @CommandLine.Command(
      name = "delete",
      description = "Delete a context from the configuration file")
  static final class DeleteCommand implements Command {

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
      return new Report.Done("Deleted context '" + name + "'", Map.of("deleted context", name));
    }

    private void remove(Configuration configuration) {
      ContextResolver.find(configuration, name);
      if (configuration.currentName().equals(name)) {
        throw new CommandFailure(
            ExitCode.USAGE_OR_REFUSAL,
            "The context '"
                + name
                + "' is the current one; choose another with \"sts context set\"");
      }
      configuration.remove(name);
    }
  }

  /** {@code sts context list}. */
  @CommandLine.Command(name = "list", description = "List the saved contexts")
  static final class ListCommand implements Command {

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

  /** {@code sts context save}: checks the connection first, so that nothing useless is saved. */
  @CommandLine.Command(
      name = "save",
      description = "Save a server and a token, and use them from now on")
  static final class SaveCommand implements Command {

    @Option(
        names = {"-n", "--name"},
        paramLabel = "string",
        description = "Name of the context (default \"default\")")
    private String name = "default";

    @Option(
        names = "--api-path",
        paramLabel = "string",
        description = "Path of the API on the server (STS_CLI_API_PATH, default /api)")
    private String apiPath = "";

    @Option(names = "--skip-validate", description = "Save without a check of the connection")
    private boolean skipValidate;

    @Override
    public Report run(Session session) {
      Settings path = Settings.ofApiPath(apiPath);
      Settings defaults = Settings.ofApiPath("/api");
      Settings settings =
          CaCertificate.embed(path.over(session.resolver().overrides()).over(defaults));
      requireServerAndToken(settings);
      Context context = new Context(name, settings);
      Optional<Verified> verified =
          skipValidate
              ? Optional.empty()
              : Optional.of(new Verified(settings.url(), session.connect(settings).serverInfo()));
      session
          .configFile()
          .change(
              configuration -> {
                configuration.put(context);
                configuration.setCurrent(name);
              });
      return new Saved(context, verified);
    }

    private void requireServerAndToken(Settings settings) {
      if (name.isBlank()) {
        throw new UsageFailure("The name is empty; give --name");
      }
      if (settings.url().isEmpty()) {
        throw new UsageFailure("No server is given; give --url, for example http://localhost:8080");
      }
      if (!settings.hasToken()) {
        throw new UsageFailure("No token is given; give STS_CLI_SERVICE_TOKEN or --service-token");
      }
    }

    private static final class Saved implements Report {

      private final Context context;
      private final Optional<Verified> verified;

      Saved(Context context, Optional<Verified> verified) {
        this.context = context;
        this.verified = verified;
      }

      @Override
      public void writeText(TextOutput out) {
        verified.ifPresent(server -> server.writeText(out));
        out.success("Saved context: '" + context.name() + "'");
      }

      @Override
      public Map<String, ?> json() {
        return Map.of("context", context.masked(), "current-context", context.name());
      }
    }
  }

  /** {@code sts context set}. */
  @CommandLine.Command(name = "set", description = "Choose the context to use from now on")
  static final class SetCommand implements Command {

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
      return new Report.Done("Current context set to " + name, Map.of("current-context", name));
    }
  }

  /** {@code sts context show}: the current context or a named one, its token masked. */
  @CommandLine.Command(name = "show", description = "Show a context, its token masked")
  static final class ShowCommand implements Command {

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

  /** {@code sts context validate}. */
  @CommandLine.Command(
      name = "validate",
      description = "Check that a context's server accepts its token")
  static final class ValidateCommand implements Command {

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

  /** A server that answered, as the commands that check a connection report it. */
  record Verified(String url, ServerInfo info) {

    void writeText(TextOutput out) {
      out.success(
          "Connection verified to "
              + url
              + " (Platform version: "
              + info.getPlatformVersion()
              + ")");
    }

    Map<String, ?> json() {
      ServerVersion version = info.getVersion();
      return Map.of(
          "version",
          Map.of(
              "major", version.getMajor(),
              "minor", version.getMinor(),
              "patch", version.getPatch(),
              "diff", orEmpty(version.getDiff()),
              "commit", orEmpty(version.getCommit()),
              "isDev", Boolean.TRUE.equals(version.getIsDev())),
          "deploymentMode",
          orEmpty(info.getDeploymentMode()),
          "platformVersion",
          orEmpty(info.getPlatformVersion()),
          "applicationDomains",
          info.getApplicationDomains().stream().map(Object::toString).toList());
    }

    private static String orEmpty(@Nullable Object value) {
      return value == null ? "" : value.toString();
    }
  }
}
