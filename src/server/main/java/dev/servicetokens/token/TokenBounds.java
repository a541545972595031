package dev.servicetokens.token;

import dev.servicetokens.text.AddressBlock;
import java.net.InetAddress;
import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Whether a token may be used at all, from where, how often and how many times. Immutable.
 *
 * @param enabled whether it is accepted; one that is not is refused like one that nobody knows
 * @param allowedCidrs it is accepted from these addresses only; empty: from anywhere
 * @param rateLimit how often; null: as often as it comes
 * @param maximumUses how many times in all, 1 or more; null: without an end
 */
public record TokenBounds(
    boolean enabled,
    List<AddressBlock> allowedCidrs,
    @Nullable RateLimit rateLimit,
    @Nullable Long maximumUses) {

  /** What most tokens have: enabled, and no bounds. */
  public static final TokenBounds NONE = new TokenBounds(true, List.of(), null, null);

  /** Copies the blocks. */
  public TokenBounds {
    allowedCidrs = List.copyOf(allowedCidrs);
  }

  /**
   * Bounds as they are stored.
   *
   * @param cidrs null for anywhere
   * @param limit null, with its period, for none
   * @throws IllegalStateException if a text is no block: a bound that cannot be read is not dropped
   */
  public static TokenBounds stored(
      boolean enabled,
      @Nullable List<String> cidrs,
      @Nullable Integer limit,
      @Nullable Long limitPeriodMillis,
      @Nullable Long maximumUses) {
    if (enabled && cidrs == null && limit == null && maximumUses == null) {
      return NONE;
    }
    return new TokenBounds(
        enabled,
        cidrs == null ? List.of() : cidrs.stream().map(TokenBounds::block).toList(),
        limit == null || limitPeriodMillis == null
            ? null
            : new RateLimit(limit, Duration.ofMillis(limitPeriodMillis)),
        maximumUses);
  }

  private static AddressBlock block(String stored) {
    return AddressBlock.parse(stored)
        .orElseThrow(() -> new IllegalStateException("A stored address block cannot be read."));
  }

  /** Whether nothing bounds the token, so that a verification asks nothing more. */
  public boolean areNone() {
    return equals(NONE);
  }

  /**
   * Whether the token may be used from there.
   *
   * @param address null if nobody knows from where, which no bound allows
   */
  public boolean allow(@Nullable InetAddress address) {
    if (allowedCidrs.isEmpty()) {
      return true;
    }
    return address != null && allowedCidrs.stream().anyMatch(block -> block.contains(address));
  }
}
