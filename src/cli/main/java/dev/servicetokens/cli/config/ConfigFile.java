package dev.servicetokens.cli.config;

import dev.servicetokens.cli.environment.BoundedInput;
import dev.servicetokens.cli.environment.Environment;
import dev.servicetokens.cli.environment.Undecoded;
import dev.servicetokens.cli.failure.CommandFailure;
import dev.servicetokens.cli.failure.ExitCode;
import java.io.IOException;
import java.nio.charset.CharacterCodingException;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.Optional;
import java.util.function.Consumer;
import org.snakeyaml.engine.v2.exceptions.MarkedYamlEngineException;
import org.snakeyaml.engine.v2.exceptions.YamlEngineException;

/** The configuration file, shared with the published command line. */
public final class ConfigFile {

  /** A thousand contexts have a tenth of this; whatever is longer is something else. */
  private static final int LARGEST = 1 << 20;

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
    try {
      if (!flag.isEmpty()) {
        return new ConfigFile(Path.of(flag), true);
      }
      requireDecoded("XDG_CONFIG_HOME", environment);
      requireDecoded("HOME", environment);
      // A relative XDG_CONFIG_HOME is to be ignored (XDG Base Directory Specification).
      String xdg = environment.variable("XDG_CONFIG_HOME");
      Path folder = xdg.startsWith("/") ? Path.of(xdg) : environment.home().resolve(".config");
      return new ConfigFile(folder.resolve("stackstate-cli").resolve("config.yaml"), false);
    } catch (InvalidPathException e) {
      throw new CommandFailure(
          ExitCode.CONFIGURATION,
          "The path of the configuration file is none; check --config, HOME and XDG_CONFIG_HOME");
    }
  }

  private static void requireDecoded(String variable, Environment environment) {
    if (Undecoded.isIn(environment.variable(variable))) {
      throw new CommandFailure(
          ExitCode.CONFIGURATION, "The variable " + variable + " " + Undecoded.ADVICE);
    }
  }

  /**
   * Reads the file; without one, an empty configuration unless the user asked for this very file.
   *
   * @throws CommandFailure if it cannot be read or is not YAML of the expected shape
   */
  public Configuration read() {
    Optional<String> content = content();
    if (content.isEmpty() && mustExist) {
      throw broken("does not exist; \"sts context save\" makes it");
    }
    return content.map(this::parse).orElseGet(Configuration::empty);
  }

  /**
   * Changes the file, and begins a missing one. Changes that are made at once wait for each other,
   * so that none is lost; it is readable by its owner only, and replaced as a whole or not at all.
   *
   * @param change may be made twice, the first time only to see whether it can be made
   * @throws CommandFailure if the file cannot be read or written, or that the change throws
   */
  public void change(Consumer<Configuration> change) {
    // Nothing, not even a folder, is left behind by a change that cannot be made.
    changed(change);
    try {
      PrivateFile.replace(path, () -> changed(change));
    } catch (IOException | UnsupportedOperationException e) {
      throw new CommandFailure(
          ExitCode.CONFIGURATION_NOT_WRITABLE,
          "The configuration file " + path + " cannot be written; check the folder's permissions");
    }
  }

  private String changed(Consumer<Configuration> change) {
    Configuration configuration = content().map(this::parse).orElseGet(Configuration::empty);
    try {
      change.accept(configuration);
    } catch (YamlEdit.Impossible e) {
      throw new CommandFailure(
          ExitCode.CONFIGURATION_NOT_WRITABLE,
          "The configuration file "
              + path
              + " is laid out in a way that sts cannot change without harm; change it by hand");
    }
    return configuration.text();
  }

  /** What is in the file; empty if there is none. */
  private Optional<String> content() {
    try {
      requireNoDeadLink();
      if (!Files.exists(path, LinkOption.NOFOLLOW_LINKS)) {
        return Optional.empty();
      }
      if (Files.isDirectory(path)) {
        throw broken("is a directory; move it away, or choose a file with --config");
      }
      return Optional.of(BoundedInput.text(Files.newInputStream(path), LARGEST));
    } catch (NoSuchFileException e) {
      return Optional.empty();
    } catch (BoundedInput.TooLarge e) {
      throw broken("is larger than " + LARGEST / 1024 + " KiB; correct it or move it away");
    } catch (CharacterCodingException e) {
      throw broken("is not UTF-8; correct it or move it away");
    } catch (IOException e) {
      throw broken("cannot be read (" + e.getClass().getSimpleName() + "); check its permissions");
    }
  }

  /** A link that leads nowhere would be replaced by a file, and the file it means stay as it is. */
  private void requireNoDeadLink() throws IOException {
    for (Path part = path.toAbsolutePath(); part != null; part = part.getParent()) {
      if (Files.isSymbolicLink(part)) {
        try {
          var _ = part.toRealPath();
        } catch (NoSuchFileException e) {
          throw broken("cannot be used: the symbolic link " + part + " leads nowhere; mend it");
        } catch (AccessDeniedException e) {
          throw e;
        } catch (FileSystemException e) {
          throw broken("cannot be used: the symbolic link " + part + " leads to itself; mend it");
        }
      }
    }
  }

  private Configuration parse(String yaml) {
    try {
      return new Configuration(yaml);
    } catch (YamlTree.WrongShape e) {
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
