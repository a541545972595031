package dev.servicetokens.cli.config;

import dev.servicetokens.cli.environment.Environment;
import dev.servicetokens.cli.environment.Undecoded;
import dev.servicetokens.cli.failure.CommandFailure;
import dev.servicetokens.cli.failure.ExitCode;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Decides which server a command talks to: flags before variables before the file. */
public final class ContextResolver {

  private final Settings flags;
  private final String contextFlag;
  private final Environment environment;
  private final ConfigFile file;

  /**
   * Prepares a decision; reads nothing yet.
   *
   * @param flags what the command line says
   * @param contextFlag the context that the command line names; empty if it names none
   */
  public ContextResolver(
      Settings flags, String contextFlag, Environment environment, ConfigFile file) {
    this.flags = flags;
    this.contextFlag = contextFlag;
    this.environment = environment;
    this.file = file;
  }

  /**
   * The value of a variable; empty if it is not set, or a flag says the same.
   *
   * @throws CommandFailure if it is set but empty: somebody meant to say something, and must not
   *     get a saved token instead
   */
  private String variable(String name, String flag) {
    String value = environment.variable(name);
    if (value.isBlank() && flag.isEmpty() && environment.variables().containsKey(name)) {
      throw failure("The variable " + name + " is set but empty; give it a value, or unset it");
    }
    if (Undecoded.isIn(value)) {
      throw failure("The variable " + name + " " + Undecoded.ADVICE);
    }
    return value.isBlank() ? "" : value;
  }

  private Settings variables() {
    return new Settings(
        variable("STS_CLI_URL", flags.url()),
        variable("STS_CLI_API_TOKEN", flags.apiToken()),
        variable("STS_CLI_SERVICE_TOKEN", flags.serviceToken()),
        variable("STS_CLI_API_PATH", flags.apiPath()),
        false,
        "",
        "");
  }

  private String wantedName() {
    return Settings.first(contextFlag, variable("STS_CLI_CONTEXT", contextFlag));
  }

  /**
   * What flags and variables say together.
   *
   * @throws CommandFailure if they give two kinds of token: none is taken by guessing
   */
  public Settings overrides() {
    Settings variables = variables();
    boolean apiToken = !flags.apiToken().isEmpty() || !variables.apiToken().isEmpty();
    boolean serviceToken = !flags.serviceToken().isEmpty() || !variables.serviceToken().isEmpty();
    if (apiToken && serviceToken) {
      throw failure(
          "An API token and a service token are given at once, by flag or by variable; give one of"
              + " them");
    }
    return flags.over(variables);
  }

  /**
   * The server to talk to. The file is left alone when flags and variables give a URL and a token
   * and name no context.
   *
   * @throws CommandFailure if a named context does not exist, or if the URL or the token is missing
   */
  public Context resolve() {
    Settings overrides = overrides();
    boolean complete = !overrides.url().isEmpty() && overrides.hasToken();
    if (complete && wantedName().isEmpty()) {
      return checked("", overrides);
    }
    Configuration configuration = file.read();
    return nameIn(configuration).isEmpty()
        ? checked("", overrides)
        : merged(overrides, saved(configuration));
  }

  /**
   * The same for a context that must be in the file.
   *
   * @throws CommandFailure also if it does not exist
   */
  public Context resolveSaved() {
    return merged(overrides(), saved());
  }

  /**
   * The context of the file that the user names, or the current one, without flags and variables.
   *
   * @throws CommandFailure if it does not exist
   */
  public Context saved() {
    return saved(file.read());
  }

  private Context saved(Configuration configuration) {
    String name = nameIn(configuration);
    if (name.isEmpty()) {
      throw new CommandFailure(
          ExitCode.NOT_FOUND, "There is no current context; \"sts context save\" makes one");
    }
    return find(configuration, name);
  }

  private String nameIn(Configuration configuration) {
    return Settings.first(wantedName(), configuration.currentName());
  }

  private Context merged(Settings overrides, Context saved) {
    if (!overrides.hasToken() && saved.settings().hasTwoTokens()) {
      throw failure(
          "The context '"
              + saved.name()
              + "' has an API token and a service token; save it again with one");
    }
    if (!overrides.hasToken()
        && saved.settings().hasToken()
        && !Server.of(overrides.url()).equals(Server.of(saved.settings().url()))
        && !overrides.url().isEmpty()) {
      warn(saved, overrides.url());
    }
    return checked(saved.name(), overrides.over(saved.settings()));
  }

  /** Whoever gets a token can use it; a wrong address must not stay unnoticed. */
  private void warn(Context saved, String url) {
    environment
        .err()
        .print(
            "Warning: the saved token of the context '%s' goes to %s, not to %s as it was saved.\n"
                .formatted(saved.name(), Server.of(url), Server.of(saved.settings().url()))
                .replaceAll("\\p{Cntrl}(?!$)", "?"));
    environment.err().flush();
  }

  /**
   * A context of the file.
   *
   * @throws CommandFailure if there is none of this name
   */
  public static Context find(Configuration configuration, String name) {
    return configuration
        .find(name)
        .orElseThrow(
            () ->
                new CommandFailure(
                    ExitCode.NOT_FOUND,
                    "There is no context '"
                        + name
                        + "'; \"sts context list\" shows those there are"));
  }

  private static Context checked(String name, Settings settings) {
    if (settings.url().isEmpty()) {
      throw failure(
          "No server is given; save one with \"sts context save\", or give --url or STS_CLI_URL");
    }
    if (!settings.hasToken()) {
      throw failure(
          "No token is given; save one with \"sts context save\", or give STS_CLI_SERVICE_TOKEN or"
              + " --service-token");
    }
    return new Context(name, settings);
  }

  private static CommandFailure failure(String message) {
    return new CommandFailure(ExitCode.CONFIGURATION, message);
  }

  /**
   * Where a URL leads, so that two ways to write the same compare equal. Holds no password.
   *
   * @param origin scheme, host and port in small letters, the usual port left out
   * @param path without a slash at its end
   */
  private record Server(String origin, String path) {

    private static final Pattern URL =
        Pattern.compile("(?i)(https?)://(?:[^/@]*@)?(\\[[^\\]]*\\]|[^:/]*)(:[0-9]*)?(/.*)?");

    static Server of(String url) {
      Matcher parts = URL.matcher(url.strip());
      if (!parts.matches()) {
        return new Server("an unknown address", "");
      }
      String scheme = parts.group(1).toLowerCase(Locale.ROOT);
      String port = parts.group(3) == null ? "" : parts.group(3);
      boolean usual = port.length() < 2 || port.equals(scheme.equals("http") ? ":80" : ":443");
      return new Server(
          scheme + "://" + parts.group(2).toLowerCase(Locale.ROOT) + (usual ? "" : port),
          parts.group(4) == null ? "" : parts.group(4).replaceFirst("/+$", ""));
    }

    @Override
    public String toString() {
      return origin + path;
    }
  }
}
