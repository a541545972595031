package dev.servicetokens.web;

import dev.servicetokens.startup.StartRefusal;
import inet.ipaddr.AddressStringParameters.RangeParameters;
import inet.ipaddr.IPAddress;
import inet.ipaddr.IPAddressNetwork.IPAddressGenerator;
import inet.ipaddr.IPAddressString;
import inet.ipaddr.IPAddressStringParameters;
import inet.ipaddr.ipv6.IPv6Address;
import java.net.InetAddress;
import java.util.List;
import java.util.Optional;

/** The proxies before us, whose word on a client's address counts. Immutable. */
final class TrustedProxies {

  /** Addresses as people write them, and none of the forms that only old C libraries read. */
  private static final IPAddressStringParameters STRICT =
      new IPAddressStringParameters.Builder()
          .setRangeOptions(RangeParameters.NO_RANGE)
          .allowEmpty(false)
          .allowAll(false)
          .allowSingleSegment(false)
          .allowMask(false)
          .allowWildcardedSeparator(false)
          .getIPv4AddressParametersBuilder()
          .allow_inet_aton(false)
          .allowLeadingZeros(false)
          .getParentBuilder()
          .toParams();

  private static final IPAddressGenerator ADDRESSES = new IPAddressGenerator();

  private final List<IPAddress> blocks;

  private TrustedProxies(List<IPAddress> blocks) {
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
                    block(text)
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
    IPAddress asked = unmapped(ADDRESSES.from(address));
    return blocks.stream().anyMatch(block -> block.contains(asked));
  }

  /** Returns the address of that text; empty if it is none. Never asks a name server. */
  static Optional<InetAddress> address(String text) {
    return parsed(text)
        .filter(address -> !address.isMultiple() && !address.isPrefixed())
        .map(address -> unmapped(address).toInetAddress());
  }

  private static Optional<IPAddress> block(String text) {
    return parsed(text).map(IPAddress::toPrefixBlock).map(TrustedProxies::unmapped);
  }

  private static Optional<IPAddress> parsed(String text) {
    return Optional.ofNullable(new IPAddressString(text, STRICT).getAddress())
        .filter(address -> !(address instanceof IPv6Address six && six.hasZone()));
  }

  /**
   * Returns the IPv4 address that an IPv6 address stands for (RFC 4291, section 2.5.5.2), if any.
   */
  private static IPAddress unmapped(IPAddress address) {
    return address instanceof IPv6Address six && six.isIPv4Mapped()
        ? six.getEmbeddedIPv4Address()
        : address;
  }
}
