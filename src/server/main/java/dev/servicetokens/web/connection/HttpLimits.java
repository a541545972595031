package dev.servicetokens.web.connection;

import dev.servicetokens.startup.StartRefusal;
import io.micronaut.context.annotation.ConfigurationProperties;
import io.micronaut.context.annotation.Context;
import io.netty.util.internal.PlatformDependent;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * How much a connection, and all of them together, may cost. The defaults are in application.yml.
 *
 * @param requestDeadline how long a request may take from its first byte to its last, and how long
 *     an answer may lie without a byte of it being taken; a second to an hour
 * @param maximumConnections how many may be open at once; beyond that the one that has been idle
 *     longest is closed for a new one; 16 to 1 000 000
 * @param maximumMemory for how many megabytes of requests' bodies there is room at once, and for as
 *     many of answers that nobody has taken yet; 2 to 1 000 000; null for a quarter of what the JVM
 *     has
 */
@Context
@ConfigurationProperties("service-tokens.http")
record HttpLimits(
    Duration requestDeadline, int maximumConnections, @Nullable Integer maximumMemory) {

  private static final String PREFIX = "service-tokens.http.";
  private static final Duration SHORTEST = Duration.ofSeconds(1);
  private static final Duration LONGEST = Duration.ofHours(1);
  private static final int MEGABYTE = 1 << 20;

  /**
   * @throws StartRefusal if one of them is out of its range
   */
  HttpLimits {
    require(
        requestDeadline.compareTo(SHORTEST) >= 0 && requestDeadline.compareTo(LONGEST) <= 0,
        "request-deadline",
        "from 1s to 1h");
    require(
        maximumConnections >= 16 && maximumConnections <= 1_000_000,
        "maximum-connections",
        "a whole number from 16 to 1000000");
    require(
        maximumMemory == null || (maximumMemory >= 2 && maximumMemory <= 1_000_000),
        "maximum-memory",
        "a whole number of megabytes from 2 to 1000000");
  }

  /** {@link #maximumMemory} in bytes. What arrives and what leaves lies outside the heap first. */
  long memoryBytes() {
    if (maximumMemory != null) {
      return (long) maximumMemory * MEGABYTE;
    }
    long available =
        Math.min(PlatformDependent.maxDirectMemory(), Runtime.getRuntime().maxMemory());
    return Math.max(2L * MEGABYTE, available / 4);
  }

  private static void require(boolean condition, String property, String range) {
    if (!condition) {
      throw StartRefusal.ofSetting(PREFIX + property, range);
    }
  }
}
