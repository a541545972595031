package dev.servicetokens.startup;

import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * A start that cannot go on for a reason that the person who started it can remove.
 *
 * <p>The message is shown to that person as it is: one line that says what is wrong and what to do,
 * without secrets. {@link StartFailure} has the lines for what others throw.
 */
public final class StartRefusal extends RuntimeException {
  private static final long serialVersionUID = 1L;

  /** Refuses with this line. */
  public StartRefusal(String message) {
    this(message, null);
  }

  /** Refuses with this line, because of {@code cause}, which is not shown. */
  public StartRefusal(String message, @Nullable Throwable cause) {
    super(message, cause);
  }

  /**
   * Returns the refusal of a setting that has a default.
   *
   * @param property its name as a property
   * @param needed what it must be: the end of "must be …"
   */
  public static StartRefusal ofSetting(String property, String needed) {
    return new StartRefusal(settingLine(property, needed));
  }

  /** Returns the line for a setting that has a default and must be something else. */
  static String settingLine(String property, String needed) {
    String variable = property.toUpperCase(Locale.ROOT).replaceAll("[^A-Z0-9]", "_");
    return "The setting %s (%s) must be %s: correct it, or remove it to use the default"
        .formatted(variable, property, needed);
  }
}
