package dev.servicetokens.cli.context;

import dev.servicetokens.cli.command.Command;
import dev.servicetokens.cli.command.Session;
import dev.servicetokens.cli.config.Context;
import dev.servicetokens.cli.config.Settings;
import dev.servicetokens.cli.failure.UsageFailure;
import dev.servicetokens.cli.output.Report;
import dev.servicetokens.cli.output.TextOutput;
import dev.servicetokens.cli.server.CaCertificate;
import java.util.Map;
import java.util.Optional;
import picocli.CommandLine;
import picocli.CommandLine.Option;

/** {@code sts context save}: checks the connection first, so that nothing useless is saved. */
@CommandLine.Command(
    name = "save",
    description = "Save a server and a token, and use them from now on")
final class SaveCommand implements Command {

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
    Settings path = new Settings("", "", "", apiPath, false, "", "");
    Settings defaults = new Settings("", "", "", "/api", false, "", "");
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
