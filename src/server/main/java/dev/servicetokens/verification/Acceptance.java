package dev.servicetokens.verification;

import jakarta.inject.Singleton;
import java.net.InetAddress;
import org.jspecify.annotations.Nullable;

/**
 * Decides of a live token that is bounded, or that a secret found which was never accepted, whether
 * it is accepted now. Tokens without bounds never come here. Thread-safe.
 */
@Singleton
final class Acceptance {

  Acceptance() {}

  /**
   * Decides of one that has not ended.
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
    return token;
  }
}
