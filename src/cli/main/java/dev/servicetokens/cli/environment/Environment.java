package dev.servicetokens.cli.environment;

import java.io.BufferedOutputStream;
import java.io.Console;
import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.time.Clock;
import java.util.Map;
import java.util.Optional;
import java.util.Properties;
import org.jspecify.annotations.Nullable;

/**
 * All that a run of the command line takes from its process, so that nothing in it is global.
 *
 * @param variables the environment variables
 * @param home the user's home folder
 * @param in standard input
 * @param out standard output, UTF-8
 * @param err standard error, UTF-8
 * @param inIsTerminal whether a person writes {@code in}
 * @param outIsTerminal whether a person reads {@code out}
 * @param errIsTerminal whether a person reads {@code err}
 * @param time tells the time and lets it pass
 */
public record Environment(
    Map<String, String> variables,
    Path home,
    InputStream in,
    PrintStream out,
    PrintStream err,
    boolean inIsTerminal,
    boolean outIsTerminal,
    boolean errIsTerminal,
    Time time) {

  private static final Path NOWHERE = Path.of("/nowhere");

  /** Copies the variables. */
  public Environment {
    variables = Map.copyOf(variables);
  }

  /** The value of a variable; empty if it is not set. */
  public String variable(String name) {
    return variables.getOrDefault(name, "");
  }

  /** The environment of this process. */
  public static Environment ofProcess() {
    return new Environment(
        System.getenv(),
        home(System.getenv()),
        System.in,
        utf8(FileDescriptor.out),
        utf8(FileDescriptor.err),
        isTerminal(0),
        isTerminal(1),
        isTerminal(2),
        new Time.OfProcess(Clock.systemUTC()));
  }

  /** What the shell calls home; Java's own answer comes from the password file. */
  private static Path home(Map<String, String> variables) {
    String home = variables.getOrDefault("HOME", "");
    try {
      return Path.of(home.isEmpty() ? System.getProperty("user.home") : home);
    } catch (InvalidPathException e) {
      // Whoever needs the folder looks at the variable first, and most commands do not.
      return NOWHERE;
    }
  }

  /** The JVM's own streams would lose ✅ under a C locale. */
  private static PrintStream utf8(FileDescriptor descriptor) {
    return new PrintStream(
        new BufferedOutputStream(new FileOutputStream(descriptor)), false, StandardCharsets.UTF_8);
  }

  /**
   * Whether a descriptor leads to a terminal. Java can only tell about input and output together;
   * where the system shows descriptors as files, each is asked on its own.
   */
  private static boolean isTerminal(int descriptor) {
    Path link = Path.of("/proc/self/fd/" + descriptor);
    try {
      String target = Files.readSymbolicLink(link).toString();
      return target.startsWith("/dev/pts/")
          || target.startsWith("/dev/tty")
          || target.equals("/dev/console");
    } catch (IOException | UnsupportedOperationException e) {
      return Optional.ofNullable(System.console()).filter(Console::isTerminal).isPresent();
    }
  }

  /** The version of this command line, as the jar's manifest has it. */
  public static String version() {
    @Nullable String version = Environment.class.getPackage().getImplementationVersion();
    return version == null ? "unpackaged" : version;
  }

  /**
   * The version, and in parentheses the commit that it was built from and its day, where they are
   * known: {@code 1.0.0 (0123456789ab, 2026-11-29)}.
   */
  public static String release() {
    try (@Nullable InputStream in = Environment.class.getResourceAsStream("commit.properties")) {
      if (in == null) {
        return version();
      }
      Properties commit = new Properties();
      commit.load(in);
      return "%s (%s, %s)"
          .formatted(
              version(),
              commit.getProperty("git.commit.id.describe"),
              commit.getProperty("git.commit.time"));
    } catch (IOException e) {
      return version();
    }
  }
}
