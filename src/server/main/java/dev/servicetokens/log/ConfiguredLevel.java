package dev.servicetokens.log;

import ch.qos.logback.core.PropertyDefinerBase;

/**
 * The level of our own loggers, for logback.xml, which may be read anew when the framework is told
 * levels of other loggers.
 */
public final class ConfiguredLevel extends PropertyDefinerBase {

  /** Made by Logback. */
  public ConfiguredLevel() {}

  @Override
  public String getPropertyValue() {
    return LogSettings.level().toString();
  }
}
