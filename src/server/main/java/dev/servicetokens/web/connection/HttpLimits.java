package dev.servicetokens.web.connection;

import dev.servicetokens.startup.Settings;
import io.micronaut.context.annotation.ConfigurationProperties;
import io.micronaut.context.annotation.Context;
import io.netty.util.internal.PlatformDependent;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * How much a connection, and all of them together, may cost. The defaults are in application.yml.
 *
 * @param requestDeadline how long a request may take from its first byte to its last, and how long
 *     an answer may lie without a byte of it being taken
 * @param maximumConnections how many may be open at once; beyond that the one that has been idle
 *     longest is closed for a new one
 * @param maximumMemory for how many megabytes of requests' bodies there is room at once, and for as
 *     many of answers that nobody has taken yet; null for a quarter of what the JVM has
 */
@Context
@ConfigurationProperties("service-tokens.http")
record HttpLimits(
    Duration requestDeadline, int maximumConnections, @Nullable Integer maximumMemory) {

  private static final String PREFIX = "service-tokens.http.";
  private static final int MEGABYTE = 1 << 20;

  /**
   * @throws dev.servicetokens.startup.StartRefusal if one of them is out of its range
   */
  HttpLimits {
    Settings.require(PREFIX + "request-deadline", requestDeadline);
    Settings.require(PREFIX + "maximum-connections", maximumConnections);
    if (maximumMemory != null) {
      Settings.require(PREFIX + "maximum-memory", maximumMemory);
    }
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
}
