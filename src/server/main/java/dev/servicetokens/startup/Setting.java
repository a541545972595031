package dev.servicetokens.startup;

import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * A setting of the server, and all that people are told of it. Immutable.
 *
 * @param property its name as a property; {@code <name>} stands for a name of the operator's choice
 * @param kind what its value must be
 * @param standard what holds without it, as a page shows it
 * @param meaning what it sets, in a sentence of a page, without a full stop
 * @param option the option of {@code sts serve} that sets it; null if there is none
 */
record Setting(
    String property, Kind kind, String standard, String meaning, @Nullable String option) {

  /** What stands in a setting's name for a name of the operator's choice. */
  static final String ANY_NAME = "<NAME>";

  /** The setting with an option of {@code sts serve}. */
  Setting withOption(String name) {
    return new Setting(property, kind, standard, meaning, name);
  }

  /** Its name as a variable. */
  String variable() {
    return property.toUpperCase(Locale.ROOT).replaceAll("[^A-Z0-9<>]", "_");
  }

  /** Whether it is one of several, each with a name of the operator's choice in its own. */
  boolean isNamed() {
    return variable().contains(ANY_NAME);
  }

  /** What a value must be. */
  sealed interface Kind {

    /** The end of "must be …". */
    String needed();
  }

  /**
   * Any text, of which whoever reads it decides what it may be.
   *
   * @param needed the end of "must be …"
   */
  record Words(String needed) implements Kind {}

  /** A whole map of the framework's or a library's, which takes any names below its own. */
  record OpenMap() implements Kind {
    @Override
    public String needed() {
      return "a map";
    }
  }

  /** One of a few words. */
  record OneOf(List<String> words) implements Kind {
    /** What a library's boolean takes. The framework takes any other word for false. */
    static final OneOf BOOLEAN = new OneOf(List.of("true", "false"));

    /** Copies the list. */
    OneOf {
      words = List.copyOf(words);
    }

    @Override
    public String needed() {
      return String.join(" or ", words);
    }
  }

  /**
   * A whole number; both ends belong to the range.
   *
   * @param unit of what, or the empty text
   * @param exception what else it may be, or the empty text
   */
  record WholeNumber(int least, int most, String unit, String exception) implements Kind {
    /** Of a library's setting we know no more. */
    static final WholeNumber ANY = new WholeNumber(Integer.MIN_VALUE, Integer.MAX_VALUE, "", "");

    boolean contains(int value) {
      return value >= least && value <= most;
    }

    @Override
    public String needed() {
      String what = "a whole number" + (unit.isEmpty() ? "" : " of " + unit);
      return least == Integer.MIN_VALUE
          ? what
          : what
              + " from %d to %d".formatted(exception.isEmpty() ? least : 1, most)
              + (exception.isEmpty() ? "" : ", or " + exception);
    }
  }

  /**
   * A duration; both ends belong to the range.
   *
   * @param range null if any will do
   */
  record Time(@Nullable Range range) implements Kind {
    /** Of a library's setting we know no more. */
    static final Time ANY = new Time(null);

    /** Ends of a range. */
    record Range(Duration least, Duration most) {}

    static Time from(Duration least, Duration most) {
      return new Time(new Range(least, most));
    }

    boolean contains(Duration value) {
      return range == null
          || (value.compareTo(range.least()) >= 0 && value.compareTo(range.most()) <= 0);
    }

    @Override
    public String needed() {
      return range == null
          ? "a duration such as 24h or PT30M"
          : "a duration from %s to %s".formatted(shown(range.least()), shown(range.most()));
    }

    private static String shown(Duration time) {
      if (time.isZero()) {
        return "0s";
      }
      if (time.toSeconds() % 86_400 == 0) {
        return time.toDays() + "d";
      }
      if (time.toSeconds() % 3600 == 0) {
        return time.toHours() + "h";
      }
      if (time.toSeconds() % 60 == 0) {
        return time.toMinutes() + "m";
      }
      return time.toSeconds() + "s";
    }
  }

  /** The line for a value of it that is none, without the value. */
  String refusal() {
    return StartRefusal.settingLine(property, kind.needed());
  }

  /** Its option, if it has one. */
  Optional<String> optionName() {
    return Optional.ofNullable(option);
  }
}
