package dev.servicetokens.verification;

import dev.servicetokens.startup.SettingRange;
import io.micronaut.context.annotation.ConfigurationProperties;
import io.micronaut.context.annotation.Context;

/**
 * How many unknown tokens an address may try. The defaults are in application.yml.
 *
 * @param unknownPerSecond how many a second, in the long run; 1 to 1 000 000
 * @param unknownBurst how many at once; 1 to 10 000 000
 * @param maximumAddresses of how many addresses at most this is counted; 1000 to 10 000 000
 */
@Context
@ConfigurationProperties("service-tokens.throttle")
record ThrottleConfiguration(int unknownPerSecond, int unknownBurst, int maximumAddresses) {

  private static final String PREFIX = "service-tokens.throttle.";

  /**
   * @throws dev.servicetokens.startup.StartRefusal if one of them is out of its range
   */
  ThrottleConfiguration {
    SettingRange.require(PREFIX + "unknown-per-second", unknownPerSecond, 1, 1_000_000);
    SettingRange.require(PREFIX + "unknown-burst", unknownBurst, 1, 10_000_000);
    SettingRange.require(PREFIX + "maximum-addresses", maximumAddresses, 1000, 10_000_000);
  }
}
