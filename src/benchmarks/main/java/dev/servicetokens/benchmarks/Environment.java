package dev.servicetokens.benchmarks;

import java.time.Duration;

/**
 * What the script tells a program: secrets, which must not stand among its arguments, and sizes.
 */
final class Environment {

  private Environment() {}

  static String require(String name) {
    String value = System.getenv(name);
    if (value == null) {
      throw new IllegalStateException("The variable " + name + " is missing: use the script.");
    }
    return value;
  }

  static int number(String name) {
    return Integer.parseInt(require(name));
  }

  static int rounds() {
    return number("ROUNDS");
  }

  static Duration burst() {
    return Duration.ofSeconds(number("SECONDS_A_BURST"));
  }

  /** How long a server that has just started is asked before anything counts. */
  static Duration warmUp() {
    return Duration.ofSeconds(number("WARM_UP_SECONDS"));
  }
}
