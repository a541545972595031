package dev.servicetokens.startup;

import java.util.Comparator;
import java.util.HashMap;
import java.util.Iterator;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * What {@code sts serve} is told on its command line: options, settings by their names as
 * properties, {@code -micronaut.server.port=8080} for example, and nothing else. Both win over
 * variables; of two for one setting the last one counts.
 *
 * @param action what is to be done
 * @param values the settings; empty if there is a refusal
 * @param refusal what cannot be understood, in one line, without values
 */
public record ServeArguments(Action action, Map<String, String> values, Optional<String> refusal) {

  /** What is to be done. */
  public enum Action {
    /** Start the server. */
    SERVE,
    /** Say what a start would do. */
    CHECK,
    /** Say what there is to say on the command line. */
    HELP
  }

  private static final String CHECK_OPTION = "--check";
  private static final List<String> HELP_OPTIONS = List.of("--help", "-h");
  private static final int TYPING_ERRORS = 2;
  private static final int WIDTH = 100;

  // A name without a dot is an option, ours or of other programs, and no setting.
  private static final Pattern SETTING =
      Pattern.compile("--?(?:D(?=[a-z]))?([a-z][\\w-]*\\.[^=]+)=(.*)", Pattern.DOTALL);

  private static final Pattern OPTION =
      Pattern.compile("(--?)([A-Za-z][\\w.-]{0,50})(?:=(.*))?", Pattern.DOTALL);

  /** A number below zero is a value. */
  private static final Pattern VALUE = Pattern.compile("(?!-)[^\\n]*|-\\d+");

  /** What is short enough to be no secret. */
  private static final Pattern WORD = Pattern.compile("[\\w.-]{1,19}");

  /** Copies the map. */
  public ServeArguments {
    values = Map.copyOf(values);
  }

  /**
   * Reads the arguments; stops at the first that it does not understand. Who asks for help gets it
   * whatever else they have written.
   */
  public static ServeArguments of(String... arguments) {
    if (Stream.of(arguments).anyMatch(HELP_OPTIONS::contains)) {
      return new ServeArguments(Action.HELP, Map.of(), Optional.empty());
    }
    Action action = Action.SERVE;
    Map<String, String> values = new HashMap<>();
    Iterator<String> rest = List.of(arguments).iterator();
    while (rest.hasNext()) {
      String argument = rest.next();
      Matcher setting = SETTING.matcher(argument);
      Matcher option = OPTION.matcher(argument);
      if (setting.matches()) {
        values.put(setting.group(1), setting.group(2));
      } else if (argument.equals(CHECK_OPTION)) {
        action = Action.CHECK;
      } else if (option.matches() && named(option).isPresent()) {
        Optional<String> value =
            Optional.ofNullable(option.group(3))
                .or(() -> Optional.of(rest).filter(Iterator::hasNext).map(Iterator::next))
                .filter(text -> option.group(3) != null || VALUE.matcher(text).matches());
        if (value.isEmpty()) {
          return refused(
              "%s needs a value: %s".formatted(argument, named(option).get().kind().needed()));
        }
        values.put(named(option).get().property(), value.get());
      } else {
        return refused(refusal(argument));
      }
    }
    return new ServeArguments(action, values, Optional.empty());
  }

  private static Optional<Setting> named(Matcher option) {
    String name = option.group(1) + option.group(2);
    return Settings.all().filter(setting -> name.equals(setting.option())).findFirst();
  }

  private static ServeArguments refused(String line) {
    return new ServeArguments(Action.SERVE, Map.of(), Optional.of(line));
  }

  private static String refusal(String argument) {
    Matcher option = OPTION.matcher(argument);
    if (option.matches()) {
      String name = option.group(1) + option.group(2);
      String meant =
          options()
              .filter(known -> unlikeness(option, known) <= TYPING_ERRORS)
              .min(Comparator.comparingInt(known -> unlikeness(option, known)))
              .orElseGet(
                  () ->
                      "the environment variable "
                          + KnownSettings.load()
                              .nearest(
                                  option
                                      .group(2)
                                      .toUpperCase(Locale.ROOT)
                                      .replaceAll("[^A-Z0-9]", "_")));
      return "sts serve has no option %s: did you mean %s? See 'sts serve --help'"
          .formatted(name, meant);
    }
    String shown = WORD.matcher(argument).matches() ? " '" + argument + "'" : "";
    return "sts serve takes no argument%s: it has options and environment variables, as in 'MICRONAUT_SERVER_PORT=9090 sts serve'; see 'sts serve --help'"
        .formatted(shown);
  }

  private static int unlikeness(Matcher option, String known) {
    return KnownSettings.distance("--" + option.group(2), known);
  }

  private static Stream<String> options() {
    return Stream.concat(
        Settings.all().flatMap(setting -> setting.optionName().stream()),
        Stream.of(CHECK_OPTION, HELP_OPTIONS.getFirst()));
  }

  /** What {@code sts serve --help} says, with a line end. */
  public static String help() {
    StringBuilder text =
        new StringBuilder("Start the server.\n\nUsage:\n  sts serve [flags]\n\nFlags:\n");
    Settings.all()
        .filter(setting -> setting.option() != null)
        .forEach(setting -> line(text, setting.option() + " VALUE", setting));
    paragraph(
        text, CHECK_OPTION, "Say what a start would do, and whether it could, and start nothing");
    paragraph(text, "-h, --help", "Show this help");
    for (Settings.Group group : Settings.GROUPS) {
      if (group.isCommon()) {
        text.append("\nEnvironment variables: ").append(group.title()).append('\n');
        group.settings().stream()
            .filter(setting -> setting.option() == null)
            .forEach(setting -> line(text, setting.variable(), setting));
      }
    }
    return text.append(
            """

            All settings, with what each may be: src/docs/configuration.md. Each can be an argument, too, by the
            name of its property: -micronaut.server.port=9090. Arguments win over variables.
            """)
        .toString();
  }

  private static void line(StringBuilder text, String name, Setting setting) {
    paragraph(
        text,
        name,
        "%s (%s; default: %s)"
            .formatted(setting.meaning(), setting.kind().needed(), setting.standard())
            .replaceAll("\\[[^]]*]\\(([^)]*)\\)", "src/docs/$1")
            .replace("`", ""));
  }

  private static void paragraph(StringBuilder text, String name, String meaning) {
    text.append("  ").append(name).append('\n');
    StringBuilder line = new StringBuilder("     ");
    for (String word : meaning.split(" ", -1)) {
      if (line.length() + word.length() >= WIDTH) {
        text.append(line).append('\n');
        line = new StringBuilder("     ");
      }
      line.append(' ').append(word);
    }
    text.append(line).append('\n');
  }
}
