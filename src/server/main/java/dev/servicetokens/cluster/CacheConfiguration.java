package dev.servicetokens.cluster;

import dev.servicetokens.startup.Settings;
import dev.servicetokens.startup.StartRefusal;
import io.micronaut.context.annotation.ConfigurationProperties;
import io.micronaut.context.annotation.Context;

/**
 * How much a node keeps in memory. The defaults are in application.yml.
 *
 * @param maximumTokens of how many live token strings, each about 0.5 kB. One of many roles or
 *     resources counts as several
 * @param maximumUnknown of how many token strings that are nobody's
 */
@Context
@ConfigurationProperties("service-tokens.cache")
public record CacheConfiguration(int maximumTokens, int maximumUnknown) {

  /**
   * Checks both numbers.
   *
   * @throws StartRefusal if one of them is out of its range
   */
  public CacheConfiguration {
    Settings.require("service-tokens.cache.maximum-tokens", maximumTokens);
    Settings.require("service-tokens.cache.maximum-unknown", maximumUnknown);
  }
}
