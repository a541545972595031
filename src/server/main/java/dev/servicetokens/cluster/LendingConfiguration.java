package dev.servicetokens.cluster;

import dev.servicetokens.startup.Settings;
import io.micronaut.context.annotation.ConfigurationProperties;
import io.micronaut.context.annotation.Context;

/**
 * To how many services a node lends leases. The defaults are in application.yml.
 *
 * @param maximumHolders to how many processes at most
 * @param maximumHoldersPerToken to how many of one token
 */
@Context
@ConfigurationProperties("service-tokens.lending")
public record LendingConfiguration(int maximumHolders, int maximumHoldersPerToken) {

  private static final String PREFIX = "service-tokens.lending.";

  /**
   * Checks both numbers.
   *
   * @throws dev.servicetokens.startup.StartRefusal if one of them is out of its range
   */
  public LendingConfiguration {
    Settings.require(PREFIX + "maximum-holders", maximumHolders);
    Settings.require(PREFIX + "maximum-holders-per-token", maximumHoldersPerToken);
  }
}
