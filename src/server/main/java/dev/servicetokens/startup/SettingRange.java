package dev.servicetokens.startup;

/** The range that a setting's number must be in. */
public final class SettingRange {

  private SettingRange() {}

  /**
   * Returns if it is in the range, whose ends belong to it.
   *
   * @throws StartRefusal otherwise
   */
  public static void require(String property, int value, int least, int most) {
    if (value < least || value > most) {
      throw StartRefusal.ofSetting(property, "a whole number from %d to %d".formatted(least, most));
    }
  }
}
