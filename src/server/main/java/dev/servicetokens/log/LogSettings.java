package dev.servicetokens.log;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.LoggerContext;
import io.micronaut.context.annotation.ConfigurationProperties;
import io.micronaut.core.value.PropertyResolver;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.slf4j.LoggerFactory;

/**
 * The form and the level of the log, which is the whole process's. Both are looked up twice: in the
 * variables and arguments before anything can be logged, and in all sources once they are read.
 * Thread-safe.
 */
public final class LogSettings {

  private static final String FORMAT = "service-tokens.log.format";
  private static final String LEVEL = "service-tokens.log.level";
  private static final String OURS = "dev.servicetokens";

  private static volatile Format format = Format.TEXT;
  private static volatile Level level = Level.INFO;

  private LogSettings() {}

  /** How a line is written. */
  enum Format {
    /** For people. */
    TEXT,
    /** One object a line, with the names of the Elastic Common Schema. */
    JSON
  }

  /**
   * The settings, for the list of all; they are read here without it, because there is a log before
   * there are beans.
   *
   * @param format {@code text} or {@code json}
   * @param level from which one on our own loggers write: {@code error}, {@code warn}, {@code info}
   *     or {@code debug}
   */
  @ConfigurationProperties("service-tokens.log")
  record Properties(@Nullable String format, @Nullable String level) {}

  /**
   * Takes what variables and arguments say, so that a refusal of anything else has its form
   * already. From JSON on, standard output and error lead to the log.
   */
  public static void foresee(Map<String, String> variables, Map<String, String> arguments) {
    format(said(FORMAT, variables, arguments)).ifPresent(found -> format = found);
    level(said(LEVEL, variables, arguments)).ifPresent(LogSettings::setLevel);
    takeOverStandardStreams();
  }

  private static @Nullable String said(
      String property, Map<String, String> variables, Map<String, String> arguments) {
    @Nullable String argument = arguments.get(property);
    return argument == null
        ? variables.get(property.toUpperCase(Locale.ROOT).replaceAll("[^A-Z0-9]", "_"))
        : argument;
  }

  /**
   * Takes what all sources say. What is none of the words that there are is refused by whoever
   * looks at all settings.
   */
  public static void apply(PropertyResolver settings) {
    settings
        .getProperty(FORMAT, String.class)
        .flatMap(LogSettings::format)
        .ifPresent(found -> format = found);
    settings
        .getProperty(LEVEL, String.class)
        .flatMap(LogSettings::level)
        .ifPresent(LogSettings::setLevel);
    takeOverStandardStreams();
  }

  /** Whether every line is to be an object of JSON. */
  static boolean isJson() {
    return format == Format.JSON;
  }

  /** Turns what anybody prints into lines of the log, if every line is to be an object. */
  private static void takeOverStandardStreams() {
    if (isJson()) {
      System.setOut(LoggedOutput.at(org.slf4j.event.Level.INFO));
      System.setErr(LoggedOutput.at(org.slf4j.event.Level.ERROR));
    }
  }

  /** The level of our own loggers. */
  static Level level() {
    return level;
  }

  private static void setLevel(Level wanted) {
    level = wanted;
    if (LoggerFactory.getILoggerFactory() instanceof LoggerContext context) {
      context.getLogger(OURS).setLevel(wanted);
    }
  }

  private static Optional<Format> format(@Nullable String value) {
    return switch (String.valueOf(value)) {
      case "text" -> Optional.of(Format.TEXT);
      case "json" -> Optional.of(Format.JSON);
      default -> Optional.empty();
    };
  }

  private static Optional<Level> level(@Nullable String value) {
    return switch (String.valueOf(value)) {
      case "error" -> Optional.of(Level.ERROR);
      case "warn" -> Optional.of(Level.WARN);
      case "info" -> Optional.of(Level.INFO);
      case "debug" -> Optional.of(Level.DEBUG);
      default -> Optional.empty();
    };
  }
}
