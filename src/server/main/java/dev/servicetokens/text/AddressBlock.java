package dev.servicetokens.text;

import inet.ipaddr.AddressStringParameters.RangeParameters;
import inet.ipaddr.IPAddress;
import inet.ipaddr.IPAddressNetwork.IPAddressGenerator;
import inet.ipaddr.IPAddressString;
import inet.ipaddr.IPAddressStringParameters;
import inet.ipaddr.ipv6.IPv6Address;
import java.net.InetAddress;
import java.util.Optional;

/**
 * An address, or a block of them in CIDR notation (RFC 4632, section 3.1; RFC 4291, section 2.3).
 * An IPv6 address that stands for an IPv4 one is that one (RFC 4291, section 2.5.5.2). Never asks a
 * name server. Immutable.
 */
public final class AddressBlock {

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

  private final IPAddress block;

  private AddressBlock(IPAddress block) {
    this.block = block;
  }

  /** The block of that text, without the bits behind its prefix; empty if it is none. */
  public static Optional<AddressBlock> parse(String text) {
    return parsed(text)
        .map(IPAddress::toPrefixBlock)
        .map(unmapped -> new AddressBlock(unmapped(unmapped)));
  }

  /** The address of that text; empty if it is none, or a block. */
  public static Optional<InetAddress> parseAddress(String text) {
    return parsed(text)
        .filter(address -> !address.isMultiple() && !address.isPrefixed())
        .map(address -> unmapped(address).toInetAddress());
  }

  /**
   * Whether the address that stands before the prefix in that text, from which the block was
   * parsed, is the block's first one: whether nothing was cut off.
   */
  public boolean beginsAt(String text) {
    int slash = text.indexOf('/');
    return parsed(slash < 0 ? text : text.substring(0, slash))
        .filter(address -> unmapped(address).equals(block.getLower().withoutPrefixLength()))
        .isPresent();
  }

  /** Whether the address lies in the block. */
  public boolean contains(InetAddress address) {
    return block.contains(unmapped(ADDRESSES.from(address)));
  }

  private static Optional<IPAddress> parsed(String text) {
    return Optional.ofNullable(new IPAddressString(text, STRICT).getAddress())
        .filter(address -> !(address instanceof IPv6Address six && six.hasZone()));
  }

  private static IPAddress unmapped(IPAddress address) {
    return address instanceof IPv6Address six && six.isIPv4Mapped()
        ? six.getEmbeddedIPv4Address()
        : address;
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof AddressBlock that && block.equals(that.block);
  }

  @Override
  public int hashCode() {
    return block.hashCode();
  }

  /** As people write it, {@code 10.0.0.0/8} for example; {@link #parse} reads it. */
  @Override
  public String toString() {
    return block.toCanonicalString();
  }
}
