package dev.servicetokens.web;

import dev.servicetokens.startup.StartRefusal;
import dev.servicetokens.text.AddressBlock;
import java.net.InetAddress;
import java.util.List;

/** The proxies before us, whose word on a client's address counts. Immutable. */
final class TrustedProxies {

  private final List<AddressBlock> blocks;

  private TrustedProxies(List<AddressBlock> blocks) {
    this.blocks = blocks;
  }

  /**
   * Returns the proxies that have one of these addresses or lie in one of these CIDR blocks.
   *
   * @throws StartRefusal if a text is neither
   */
  static TrustedProxies parse(List<String> texts) {
    return new TrustedProxies(
        texts.stream()
            .map(
                text ->
                    AddressBlock.parse(text)
                        .orElseThrow(
                            () ->
                                new StartRefusal(
                                    "The setting SERVICE_TOKENS_TRUSTED_PROXIES (service-tokens.trusted-proxies) must be addresses and CIDR blocks such as 10.0.0.0/8, separated by commas: correct it, or remove it to trust no proxy")))
            .toList());
  }

  boolean areNone() {
    return blocks.isEmpty();
  }

  boolean contain(InetAddress address) {
    return blocks.stream().anyMatch(block -> block.contains(address));
  }
}
