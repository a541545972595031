package dev.servicetokens.verification;

import dev.servicetokens.startup.Settings;
import io.micronaut.context.annotation.ConfigurationProperties;
import io.micronaut.context.annotation.Context;

/**
 * How many unknown tokens an address may try. The defaults are in application.yml.
 *
 * @param unknownPerSecond how many a second, in the long run
 * @param unknownBurst how many at once
 * @param maximumAddresses of how many addresses at most this is counted
 */
@Context
@ConfigurationProperties("service-tokens.throttle")
record ThrottleConfiguration(int unknownPerSecond, int unknownBurst, int maximumAddresses) {

  private static final String PREFIX = "service-tokens.throttle.";

  /**
   * @throws dev.servicetokens.startup.StartRefusal if one of them is out of its range
   */
  ThrottleConfiguration {
    Settings.require(PREFIX + "unknown-per-second", unknownPerSecond);
    Settings.require(PREFIX + "unknown-burst", unknownBurst);
    Settings.require(PREFIX + "maximum-addresses", maximumAddresses);
  }
}
