package dev.servicetokens.token;

import dev.servicetokens.text.AddressBlock;
import dev.servicetokens.text.InvalidInputException;
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

  /** Most blocks of addresses of one token. */
  public static final int MAX_CIDRS = 64;

  /** Most uses that may be asked for. */
  public static final long MAX_USES = 1_000_000_000_000L;

  /** Copies the blocks. */
  public TokenBounds {
    allowedCidrs = List.copyOf(allowedCidrs);
  }

  /**
   * The blocks of addresses that somebody asks for.
   *
   * @throws InvalidInputException if they are none, too many or no blocks
   */
  public static List<AddressBlock> blocks(List<String> texts) {
    if (texts.isEmpty() || texts.size() > MAX_CIDRS) {
      throw new InvalidInputException(
          "'allowedCidrs' has 1 to %d blocks of addresses; give so many, or none at all for any address."
              .formatted(MAX_CIDRS));
    }
    return texts.stream().map(TokenBounds::wanted).distinct().toList();
  }

  /** One whose address has bits behind the prefix may be a slip, of which half a network comes. */
  private static AddressBlock wanted(String text) {
    AddressBlock block =
        AddressBlock.parse(text)
            .orElseThrow(
                () ->
                    new InvalidInputException(
                        "'allowedCidrs' has '%s', which is no address and no block such as 192.0.2.0/24 or 2001:db8::/32; correct it."
                            .formatted(text)));
    if (!block.beginsAt(text)) {
      throw new InvalidInputException(
          "'allowedCidrs' has '%s', whose address has bits behind its prefix; write %s for the block."
              .formatted(text, block));
    }
    return block;
  }

  /**
   * How many uses somebody asks for.
   *
   * @throws InvalidInputException if they are too few or too many
   */
  public static long maximumUses(long wanted) {
    if (wanted < 1 || wanted > MAX_USES) {
      throw new InvalidInputException(
          "'maximumUses' is 1 to %d; correct it, or leave it out.".formatted(MAX_USES));
    }
    return wanted;
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
