package dev.servicetokens.web;

import io.micronaut.context.annotation.ConfigurationProperties;
import io.micronaut.context.annotation.Context;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The proxies before this server, which are believed when they say who has asked them.
 *
 * @param trustedProxies addresses and CIDR blocks of the proxies before us; null for none
 */
@Context
@ConfigurationProperties("service-tokens")
record AddressConfiguration(@Nullable List<String> trustedProxies) {

  /**
   * @throws dev.servicetokens.startup.StartRefusal if one of them is no address and no block
   */
  AddressConfiguration {
    trustedProxies =
        trustedProxies == null
            ? List.of()
            : trustedProxies.stream().map(String::strip).filter(text -> !text.isEmpty()).toList();
    TrustedProxies.parse(trustedProxies);
  }

  TrustedProxies proxies() {
    return TrustedProxies.parse(trustedProxies == null ? List.of() : trustedProxies);
  }
}
