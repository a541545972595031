package dev.servicetokens.authentication;

import dev.servicetokens.startup.StartRefusal;
import java.util.Locale;

/** The range that a setting's number must be in. */
final class SettingRange {

  private SettingRange() {}

  /**
   * Returns if it is in the range, whose ends belong to it.
   *
   * @throws StartRefusal otherwise
   */
  static void require(String property, int value, int least, int most) {
    if (value < least || value > most) {
      throw new StartRefusal(
          "The setting %s (%s) must be a whole number from %d to %d: correct it, or remove it to use the default"
              .formatted(
                  property.toUpperCase(Locale.ROOT).replaceAll("[.-]", "_"),
                  property,
                  least,
                  most));
    }
  }
}
