package dev.servicetokens.verification;

import dev.servicetokens.cluster.FirstUses;
import jakarta.inject.Singleton;
import java.net.InetAddress;
import org.jspecify.annotations.Nullable;

/**
 * Decides of a live token that is bounded, or that a secret found which was never accepted, whether
 * it is accepted now. Tokens without bounds never come here. Thread-safe.
 */
@Singleton
final class Acceptance {

  private static final Verification.Unknown UNKNOWN = new Verification.Unknown();

  private final FirstUses firstUses;

  Acceptance(FirstUses firstUses) {
    this.firstUses = firstUses;
  }

  /**
   * Decides of one that has not ended. May block for one that memory did not tell, never for
   * others.
   *
   * @param address from where it came; null if nobody knows
   * @return the token itself if it is accepted, or why it is not
   */
  Verification.Outcome decide(LiveToken token, @Nullable InetAddress address, Purpose purpose) {
    if (purpose == Purpose.LOOKUP) {
      return token;
    }
    if (!token.bounds().enabled()) {
      return new Verification.Disabled(token.principal());
    }
    if (!token.bounds().allow(address)) {
      return new Verification.OutsideAddresses(token.principal());
    }
    // Last, as it may end another secret, and never from memory, which has no pending one.
    if (token.secret().pending() && !firstUses.accept(token.principal())) {
      return UNKNOWN;
    }
    return token;
  }
}
