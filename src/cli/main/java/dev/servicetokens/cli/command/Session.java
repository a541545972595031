package dev.servicetokens.cli.command;

import dev.servicetokens.cli.config.ConfigFile;
import dev.servicetokens.cli.config.ContextResolver;
import dev.servicetokens.cli.config.Settings;
import dev.servicetokens.cli.environment.BoundedInput;
import dev.servicetokens.cli.environment.Environment;
import dev.servicetokens.cli.environment.Time;
import dev.servicetokens.cli.failure.CommandFailure;
import dev.servicetokens.cli.failure.ExitCode;
import dev.servicetokens.cli.failure.UsageFailure;
import dev.servicetokens.cli.server.ServerConnection;
import dev.servicetokens.client.Exchange;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.Locale;
import java.util.Set;

/** One run of one command: the flags it was given and the way to the file and the server. */
public final class Session {

  private static final Set<String> YES = Set.of("y", "yes");
  private static final int LONGEST_ANSWER = 100;
  private static final String STANDARD_INPUT = "-";

  /** No token has a tenth of this; what never ends is none. */
  private static final int LONGEST_TOKEN = 8192;

  private final Environment environment;
  private final GlobalFlags flags;
  private final Printer printer;

  /** Prepares a run; reads and sends nothing yet. */
  public Session(Environment environment, GlobalFlags flags, Printer printer) {
    this.environment = environment;
    this.flags = flags;
    this.printer = printer;
  }

  /** Prints what does not wait for the end of the command. */
  public Printer printer() {
    return printer;
  }

  /** The time of this run. */
  public Time time() {
    return environment.time();
  }

  /** Whether a person is there to answer a question. */
  boolean canAsk() {
    return environment.inIsTerminal() && environment.errIsTerminal() && !printer.json();
  }

  /** Asks a person; anything but a clear yes is a no. */
  boolean confirms(String question) {
    printer.note(question + " [y/N]");
    try {
      String answer = BoundedInput.line(environment.in(), LONGEST_ANSWER);
      return YES.contains(answer.strip().toLowerCase(Locale.ROOT));
    } catch (IOException e) {
      return false;
    }
  }

  /**
   * Opens a file that an argument names, or standard input for {@code -}.
   *
   * @throws IOException if it cannot be read, or the text is no path
   */
  public InputStream open(String file) throws IOException {
    if (file.equals(STANDARD_INPUT)) {
      return environment.in();
    }
    try {
      return Files.newInputStream(Path.of(file));
    } catch (InvalidPathException e) {
      throw new IOException("Not a path", e);
    }
  }

  /** The configuration file that the flags choose. */
  public ConfigFile configFile() {
    return ConfigFile.locate(flags.config(), environment);
  }

  /** Decides about the server; reads standard input if a token is to come from there. */
  public ContextResolver resolver() {
    return resolver(flags.context());
  }

  /**
   * The same for a context that the command itself names.
   *
   * @param contextName empty to follow the flags
   */
  public ContextResolver resolver(String contextName) {
    String name = contextName.isEmpty() ? flags.context() : contextName;
    return new ContextResolver(settings(), name, environment, configFile());
  }

  /** Connects to the server that flags, variables and file lead to. */
  public ServerConnection connect() {
    return connect(resolver().resolve().settings());
  }

  /** Connects to a given server. */
  public ServerConnection connect(Settings settings) {
    return ServerConnection.open(settings, environment, this::show);
  }

  private Settings settings() {
    return new Settings(
        flags.url(),
        token(flags.apiToken(), "--api-token", "STS_CLI_API_TOKEN"),
        serviceToken(),
        "",
        flags.skipSsl(),
        flags.caCertPath(),
        flags.caCertBase64Data());
  }

  /** Whether the flags name a file for the token that is not there; a first start makes it. */
  public boolean lacksTokenFile() {
    String file = flags.serviceTokenFile();
    try {
      return !file.isEmpty() && !file.equals(STANDARD_INPUT) && Files.notExists(Path.of(file));
    } catch (InvalidPathException e) {
      return false;
    }
  }

  private String serviceToken() {
    String file = flags.serviceTokenFile();
    if (file.isEmpty()) {
      return token(flags.serviceToken(), "--service-token", "STS_CLI_SERVICE_TOKEN");
    }
    if (!flags.serviceToken().isEmpty()) {
      throw new UsageFailure("Give --service-token or --service-token-file, not both");
    }
    try {
      String text = BoundedInput.text(open(file), LONGEST_TOKEN).strip();
      if (!text.isEmpty() && text.lines().count() == 1) {
        return text;
      }
    } catch (IOException e) {
      throw new CommandFailure(
          ExitCode.CONFIGURATION,
          file + " cannot be read: is there such a file with a token, and may you read it?");
    }
    throw new CommandFailure(
        ExitCode.CONFIGURATION, file + " does not hold a token alone, in one line");
  }

  /**
   * The value of a flag that holds a token: itself, or for {@code -} the first line of standard
   * input. A person at a terminal is warned of a token in a flag.
   *
   * @param name the flag, for messages
   * @param variable the safer variable of the same meaning
   */
  private String token(String value, String name, String variable) {
    if (value.equals(STANDARD_INPUT)) {
      return tokenFromStandardInput(name);
    }
    if (!value.isEmpty() && environment.errIsTerminal()) {
      environment
          .err()
          .print(
              "Warning: other users can see a token in a flag, and the shell keeps it in its history;"
                  + (" " + variable + " or \"" + name + " -\" is safer.\n"));
    }
    return value;
  }

  private String tokenFromStandardInput(String name) {
    try {
      String line = BoundedInput.line(environment.in(), LONGEST_TOKEN);
      if (!line.isBlank()) {
        return line.strip();
      }
    } catch (IOException e) {
      // Same answer as for an empty input.
    }
    throw new UsageFailure(
        "Standard input has no token in its first line; write it there for \"" + name + " -\"");
  }

  private void show(Exchange exchange) {
    if (flags.verbose()) {
      String status = exchange.status() == 0 ? "no answer" : String.valueOf(exchange.status());
      environment
          .err()
          .print(
              exchange.method()
                  + (" " + exchange.path() + " " + status + " ")
                  + (exchange.duration().toMillis() + " ms\n"));
    }
  }
}
