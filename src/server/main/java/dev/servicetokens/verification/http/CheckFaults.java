package dev.servicetokens.verification.http;

import dev.servicetokens.audit.Actor;
import jakarta.inject.Singleton;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Tells the operator what is wrong between a proxy and us, of each kind at most one line a minute:
 * whoever can send a request can make a proxy ask. Thread-safe.
 */
@Singleton
final class CheckFaults {

  private static final Logger LOG = LoggerFactory.getLogger(CheckFaults.class);
  private static final Duration BETWEEN_LINES = Duration.ofMinutes(1);

  private final Clock clock;
  private final Map<String, Instant> lastLines = new ConcurrentHashMap<>();
  private volatile boolean untrustedTold;

  CheckFaults(Clock clock) {
    this.clock = clock;
  }

  /**
   * A proxy asks what is no question; only who configured it can mend that.
   *
   * @param sentence one line without token strings, see {@link CheckQuestion#fault}
   */
  void question(String sentence) {
    if (mayTell("question")) {
      LOG.warn("A proxy asks /api/check what cannot be answered: {}", sentence);
    }
  }

  /** The names of a token's roles do not fit into what a proxy takes. */
  void tooManyRoles(Actor token) {
    if (mayTell("roles")) {
      LOG.warn(
          "The roles of token {} '{}' are too long for the header Tokenroles, which is empty then: decide by permission or Tokenid",
          token.id(),
          token.name());
    }
  }

  /** Said once: a proxy whose word on addresses does not count, or that says nothing of them. */
  void untrustedProxy() {
    if (!untrustedTold) {
      untrustedTold = true;
      LOG.warn(
          "A proxy asks /api/check whose clients' addresses are unknown: name it in SERVICE_TOKENS_TRUSTED_PROXIES, and let it send X-Forwarded-For");
    }
  }

  private boolean mayTell(String kind) {
    Instant now = clock.instant();
    Instant last = lastLines.get(kind);
    if (last != null && now.isBefore(last.plus(BETWEEN_LINES))) {
      return false;
    }
    return last == null
        ? lastLines.putIfAbsent(kind, now) == null
        : lastLines.replace(kind, last, now);
  }
}
