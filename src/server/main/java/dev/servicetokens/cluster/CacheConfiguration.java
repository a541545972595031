package dev.servicetokens.cluster;

import dev.servicetokens.startup.SettingRange;
import dev.servicetokens.startup.StartRefusal;
import io.micronaut.context.annotation.ConfigurationProperties;
import io.micronaut.context.annotation.Context;

/**
 * How much a node keeps in memory. The defaults are in application.yml.
 *
 * @param maximumTokens of how many live token strings; 1000 to 10 000 000, each about 0.5 kB. One
 *     of many roles or resources counts as several
 * @param maximumUnknown of how many token strings that are nobody's; 1000 to 10 000 000
 */
@Context
@ConfigurationProperties("service-tokens.cache")
public record CacheConfiguration(int maximumTokens, int maximumUnknown) {

  private static final int LEAST = 1000;
  private static final int MOST = 10_000_000;

  /**
   * Checks both numbers.
   *
   * @throws StartRefusal if one of them is out of its range
   */
  public CacheConfiguration {
    SettingRange.require("service-tokens.cache.maximum-tokens", maximumTokens, LEAST, MOST);
    SettingRange.require("service-tokens.cache.maximum-unknown", maximumUnknown, LEAST, MOST);
  }
}
