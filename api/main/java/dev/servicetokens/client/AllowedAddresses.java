package dev.servicetokens.client;

import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The addresses from which a token may be used: blocks in CIDR notation (RFC 4632, section 3.1; RFC
 * 4291, section 2.3). Who comes from none of them, or from nobody knows where, may not. Reads
 * literal addresses only and never asks a name server. An IPv6 address that stands for an IPv4 one
 * is that one (RFC 4291, section 2.5.5.2). Immutable.
 */
final class AllowedAddresses {

  private static final int IPV4_BITS = 32;
  private static final int IPV6_BITS = 128;

  /** What stands before an IPv4 address in the IPv6 one that stands for it. */
  private static final long MAPPED = 0x0000_ffff_0000_0000L;

  private static final long MAPPED_MASK = 0xffff_ffff_0000_0000L;
  private static final int MAPPED_BITS = IPV6_BITS - IPV4_BITS;
  private static final int GROUPS = 8;

  private final List<Block> blocks;

  private AllowedAddresses(List<Block> blocks) {
    this.blocks = blocks;
  }

  /** Reads blocks and single addresses. What cannot be read allows nobody. */
  static AllowedAddresses of(List<String> cidrs) {
    List<Block> blocks = new ArrayList<>();
    for (String cidr : cidrs) {
      Block block = block(cidr);
      if (block != null) {
        blocks.add(block);
      }
    }
    return new AllowedAddresses(List.copyOf(blocks));
  }

  /** About how much memory it takes. */
  long bytes() {
    return 64L * blocks.size();
  }

  /** Whether the token may be used from there; null and what is no address may not. */
  boolean contain(@Nullable String address) {
    Address read = address == null ? null : address(address);
    if (read == null) {
      return false;
    }
    for (Block block : blocks) {
      if (block.contains(read)) {
        return true;
      }
    }
    return false;
  }

  /** The IPv4 or IPv6 address that a text is, without a zone; null if it is none. */
  static @Nullable String literal(String text) {
    int zone = text.indexOf(':') < 0 ? -1 : text.indexOf('%');
    String plain = zone < 0 ? text : text.substring(0, zone);
    return address(plain) == null ? null : plain;
  }

  /** An address of 128 bits; an IPv4 one as the IPv6 one that stands for it. */
  private record Address(long high, long low) {

    boolean isIpv4() {
      return high == 0 && (low & MAPPED_MASK) == MAPPED;
    }
  }

  /** All addresses with the same first bits, of 128. */
  private record Block(Address first, int bits) {

    /** A block of IPv6 has no IPv4 addresses, not even the one of everything. */
    boolean contains(Address address) {
      return (bits >= MAPPED_BITS && first.isIpv4()) == address.isIpv4()
          && same(first.high, address.high, bits)
          && same(first.low, address.low, bits - Long.SIZE);
    }

    private static boolean same(long one, long other, int bits) {
      return bits <= 0 || (one ^ other) >>> (Long.SIZE - Math.min(bits, Long.SIZE)) == 0;
    }
  }

  private static @Nullable Block block(String text) {
    int slash = text.indexOf('/');
    Address first = address(slash < 0 ? text : text.substring(0, slash));
    if (first == null) {
      return null;
    }
    if (slash < 0) {
      return new Block(first, IPV6_BITS);
    }
    boolean dotted = text.indexOf(':') < 0;
    int bits = number(text.substring(slash + 1), dotted ? IPV4_BITS : IPV6_BITS);
    return bits < 0 ? null : new Block(first, dotted ? MAPPED_BITS + bits : bits);
  }

  private static @Nullable Address address(String text) {
    if (text.indexOf(':') < 0) {
      long four = ipv4(text);
      return four < 0 ? null : new Address(0, MAPPED | four);
    }
    int zone = text.indexOf('%'); // The interface by which it came is no part of the address.
    return ipv6(zone < 0 ? text : text.substring(0, zone));
  }

  /** -1 if it is none. */
  private static long ipv4(String text) {
    String[] parts = text.split("\\.", -1);
    if (parts.length != 4) {
      return -1;
    }
    long value = 0;
    for (String part : parts) {
      int number = number(part, 255);
      if (number < 0) {
        return -1;
      }
      value = value << 8 | number;
    }
    return value;
  }

  private static @Nullable Address ipv6(String text) {
    int gap = text.indexOf("::");
    List<Integer> before = groups(gap < 0 ? text : text.substring(0, gap), gap < 0);
    List<Integer> after = gap < 0 ? List.of() : groups(text.substring(gap + 2), true);
    if (before == null || after == null) {
      return null;
    }
    int missing = GROUPS - before.size() - after.size();
    if (gap < 0 ? missing != 0 : missing < 1) {
      return null;
    }
    long[] halves = new long[2];
    for (int i = 0; i < GROUPS; i++) {
      int behind = i - before.size() - missing;
      int group = i < before.size() ? before.get(i) : behind < 0 ? 0 : after.get(behind);
      halves[i / 4] = halves[i / 4] << 16 | group;
    }
    return new Address(halves[0], halves[1]);
  }

  /**
   * The groups of 16 bits in a text; null if it has anything else.
   *
   * @param isEnd whether the last of them may be written as an IPv4 address
   */
  private static @Nullable List<Integer> groups(String text, boolean isEnd) {
    List<Integer> groups = new ArrayList<>();
    if (text.isEmpty()) {
      return groups;
    }
    String[] parts = text.split(":", -1);
    for (int i = 0; i < parts.length; i++) {
      String part = parts[i];
      if (isEnd && i == parts.length - 1 && part.indexOf('.') >= 0) {
        long four = ipv4(part);
        if (four < 0) {
          return null;
        }
        groups.add((int) (four >>> 16));
        groups.add((int) (four & 0xffff));
      } else {
        int group = digits(part, 4, 16);
        if (group < 0) {
          return null;
        }
        groups.add(group);
      }
    }
    return groups.size() > GROUPS ? null : groups;
  }

  /** A decimal number as people write it: without zeros before it; -1 if it is none or too much. */
  private static int number(String text, int most) {
    int number = text.length() > 1 && text.charAt(0) == '0' ? -1 : digits(text, 3, 10);
    return number > most ? -1 : number;
  }

  /** The number that one to so many digits are; -1 if there is anything else. */
  private static int digits(String text, int most, int radix) {
    if (text.isEmpty() || text.length() > most) {
      return -1;
    }
    int number = 0;
    for (int i = 0; i < text.length(); i++) {
      char digit = text.charAt(i);
      int value = digit < 0x80 ? Character.digit(digit, radix) : -1;
      if (value < 0) {
        return -1;
      }
      number = radix * number + value;
    }
    return number;
  }
}
