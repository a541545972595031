package dev.servicetokens.cli.environment;

import java.io.InputStream;
import java.io.PrintStream;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.time.Clock;
import java.util.Map;

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
        StandardStreams.out(),
        StandardStreams.err(),
        StandardStreams.isTerminal(0),
        StandardStreams.isTerminal(1),
        StandardStreams.isTerminal(2),
        new ProcessTime(Clock.systemUTC()));
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
}
