package dev.servicetokens.startup;

import java.util.HashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * What {@code sts serve} is told on its command line: settings by their names as properties, {@code
 * -micronaut.server.port=8080} for example, and nothing else.
 *
 * @param values the settings; empty if there is a refusal
 * @param refusal what cannot be understood, in one line, without values
 */
public record ServeArguments(Map<String, String> values, Optional<String> refusal) {
  // A name without a dot is a flag of other programs' and no setting of this one.
  private static final Pattern SETTING =
      Pattern.compile("--?(?:D(?=[a-z]))?([a-z][\\w-]*\\.[^=]+)=(.*)", Pattern.DOTALL);

  private static final Pattern FLAG =
      Pattern.compile("(--?)([A-Za-z][\\w.-]{0,50})(?:=.*)?", Pattern.DOTALL);

  /** What is short enough to be no secret. */
  private static final Pattern WORD = Pattern.compile("[\\w.-]{1,19}");

  /** Copies the map. */
  public ServeArguments {
    values = Map.copyOf(values);
  }

  /** Reads the arguments; stops at the first that it does not understand. */
  public static ServeArguments of(String... arguments) {
    Map<String, String> values = new HashMap<>();
    for (String argument : arguments) {
      Matcher matcher = SETTING.matcher(argument);
      if (!matcher.matches()) {
        return new ServeArguments(Map.of(), Optional.of(refusal(argument)));
      }
      values.put(matcher.group(1), matcher.group(2));
    }
    return new ServeArguments(values, Optional.empty());
  }

  private static String refusal(String argument) {
    Matcher flag = FLAG.matcher(argument);
    if (flag.matches()) {
      String variable = flag.group(2).toUpperCase(Locale.ROOT).replaceAll("[^A-Z0-9]", "_");
      return "sts serve has no option %s: set the environment variable %s instead"
          .formatted(flag.group(1) + flag.group(2), KnownSettings.load().nearest(variable));
    }
    String shown = WORD.matcher(argument).matches() ? " '" + argument + "'" : "";
    return "sts serve takes no argument%s: it is set up by environment variables, as in 'MICRONAUT_SERVER_PORT=9090 sts serve'"
        .formatted(shown);
  }
}
