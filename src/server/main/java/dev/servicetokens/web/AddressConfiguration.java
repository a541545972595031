package dev.servicetokens.web;

import io.micronaut.context.annotation.ConfigurationProperties;
import io.micronaut.context.annotation.Context;
import io.micronaut.core.type.Argument;
import io.micronaut.core.value.PropertyResolver;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The proxies before this server, which are believed when they say who has asked them.
 *
 * @param trustedProxies addresses and CIDR blocks of the proxies before us; null for none
 */
@Context
@ConfigurationProperties("service-tokens")
public record AddressConfiguration(@Nullable List<String> trustedProxies) {

  /**
   * Leaves out what is blank.
   *
   * @throws dev.servicetokens.startup.StartRefusal if one of them is no address and no block
   */
  public AddressConfiguration {
    trustedProxies =
        trustedProxies == null
            ? List.of()
            : trustedProxies.stream().map(String::strip).filter(text -> !text.isEmpty()).toList();
    TrustedProxies.parse(trustedProxies);
  }

  /**
   * Reads the proxies before there are beans.
   *
   * @return them, as they were written
   * @throws dev.servicetokens.startup.StartRefusal if one of them is no address and no block
   */
  public static List<String> require(PropertyResolver settings) {
    return new AddressConfiguration(
            settings
                .getProperty("service-tokens.trusted-proxies", Argument.listOf(String.class))
                .orElseGet(List::of))
        .written();
  }

  private List<String> written() {
    return trustedProxies == null ? List.of() : trustedProxies;
  }

  TrustedProxies proxies() {
    return TrustedProxies.parse(written());
  }
}
