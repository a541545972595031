package dev.servicetokens.cli.config;

import dev.servicetokens.cli.environment.Environment;
import dev.servicetokens.cli.failure.CommandFailure;
import dev.servicetokens.cli.failure.ExitCode;
import java.io.IOException;
import java.nio.charset.CharacterCodingException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import org.snakeyaml.engine.v2.api.Load;
import org.snakeyaml.engine.v2.api.LoadSettings;
import org.snakeyaml.engine.v2.exceptions.MarkedYamlEngineException;
import org.snakeyaml.engine.v2.exceptions.YamlEngineException;

/** The configuration file, shared with the published command line. */
public final class ConfigFile {

  private final Path path;
  private final boolean mustExist;

  private ConfigFile(Path path, boolean mustExist) {
    this.path = path;
    this.mustExist = mustExist;
  }

  /**
   * Finds the file; it need not exist.
   *
   * @param flag the path that the user asks for; empty for the usual one
   */
  public static ConfigFile locate(String flag, Environment environment) {
    if (!flag.isEmpty()) {
      return new ConfigFile(Path.of(flag), true);
    }
    // A relative XDG_CONFIG_HOME is to be ignored (XDG Base Directory Specification).
    String xdg = environment.variable("XDG_CONFIG_HOME");
    Path folder = xdg.startsWith("/") ? Path.of(xdg) : environment.home().resolve(".config");
    return new ConfigFile(folder.resolve("stackstate-cli").resolve("config.yaml"), false);
  }

  /**
   * Reads the file; without one, an empty configuration unless the user asked for this very file.
   *
   * @throws CommandFailure if it cannot be read or is not YAML of the expected shape
   */
  public Configuration read() {
    try {
      return parse(Files.readString(path));
    } catch (NoSuchFileException e) {
      if (mustExist) {
        throw broken("does not exist; \"sts context save\" makes it");
      }
      return Configuration.empty();
    } catch (CharacterCodingException e) {
      throw broken("is not UTF-8; correct it or move it away");
    } catch (IOException e) {
      throw broken("cannot be read (" + e.getClass().getSimpleName() + "); check its permissions");
    }
  }

  /** Reads the file for a change; a missing one is begun. */
  public Configuration readForChange() {
    return Files.exists(path) ? read() : Configuration.empty();
  }

  /**
   * Writes the file, readable by its owner only, as a whole or not at all.
   *
   * @throws CommandFailure if it cannot be written
   */
  public void write(Configuration configuration) {
    try {
      PrivateFile.replace(path, YamlText.of(configuration.root()));
    } catch (IOException | UnsupportedOperationException e) {
      throw new CommandFailure(
          ExitCode.CONFIGURATION_NOT_WRITABLE,
          "The configuration file " + path + " cannot be written; check the folder's permissions");
    }
  }

  private Configuration parse(String yaml) {
    try {
      Object root =
          new Load(LoadSettings.builder().setLabel("config").build()).loadFromString(yaml);
      Configuration configuration =
          root == null
              ? Configuration.empty()
              : new Configuration(new LinkedHashMap<>(YamlShape.asMap(root, "the whole file")));
      configuration.contexts();
      configuration.currentName();
      return configuration;
    } catch (YamlShape.WrongShape e) {
      throw broken("cannot be used: " + e.getMessage() + "; correct it or move it away");
    } catch (YamlEngineException e) {
      // The parser's message quotes the file, and the file holds tokens.
      throw broken("is not YAML" + line(e) + "; correct it or move it away");
    }
  }

  private static String line(YamlEngineException failure) {
    if (failure instanceof MarkedYamlEngineException marked) {
      return marked.getProblemMark().map(mark -> " (line " + (mark.getLine() + 1) + ")").orElse("");
    }
    return "";
  }

  private CommandFailure broken(String problem) {
    return new CommandFailure(
        ExitCode.CONFIGURATION, "The configuration file " + path + " " + problem);
  }
}
