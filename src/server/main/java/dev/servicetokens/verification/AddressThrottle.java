package dev.servicetokens.verification;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import io.github.bucket4j.Bucket;
import io.github.bucket4j.TimeMeter;
import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import java.net.Inet6Address;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.time.Duration;
import java.util.Arrays;

/**
 * Counts unknown tokens against the addresses that sent them. Addresses of one IPv6 network of 64
 * bits count as one: whoever has one of them has them all. Bounded; under a flood from many
 * addresses it forgets some. Thread-safe.
 */
@Singleton
class AddressThrottle {

  private static final int NETWORK_BYTES = 8;

  private final ThrottleConfiguration configuration;
  private final TimeMeter time;
  private final Cache<InetAddress, Bucket> buckets;

  @Inject
  AddressThrottle(ThrottleConfiguration configuration) {
    this(configuration, TimeMeter.SYSTEM_NANOTIME);
  }

  AddressThrottle(ThrottleConfiguration configuration, TimeMeter time) {
    this.configuration = configuration;
    this.time = time;
    // A bucket that nobody has asked for until it is full again tells no more than a new one.
    Duration untilFull =
        Duration.ofSeconds(1 + configuration.unknownBurst() / configuration.unknownPerSecond());
    this.buckets =
        Caffeine.newBuilder()
            .maximumSize(configuration.maximumAddresses())
            .expireAfterAccess(untilFull)
            .ticker(time::currentTimeNanos)
            .executor(Runnable::run)
            .build();
  }

  /** Whether the address has sent as many unknown tokens as it may. */
  boolean isOverLimit(InetAddress address) {
    Bucket bucket = buckets.getIfPresent(counted(address));
    return bucket != null && bucket.getAvailableTokens() <= 0;
  }

  /** Counts an unknown token. */
  void count(InetAddress address) {
    buckets.get(counted(address), key -> newBucket()).tryConsume(1);
  }

  /** Of how many addresses something is counted, about. */
  long size() {
    buckets.cleanUp();
    return buckets.estimatedSize();
  }

  private Bucket newBucket() {
    return Bucket.builder()
        .withCustomTimePrecision(time)
        .addLimit(
            limit ->
                limit
                    .capacity(configuration.unknownBurst())
                    .refillGreedy(configuration.unknownPerSecond(), Duration.ofSeconds(1)))
        .build();
  }

  private static InetAddress counted(InetAddress address) {
    if (!(address instanceof Inet6Address)) {
      return address;
    }
    byte[] network = address.getAddress();
    Arrays.fill(network, NETWORK_BYTES, network.length, (byte) 0);
    try {
      return InetAddress.getByAddress(network);
    } catch (UnknownHostException e) {
      throw new IllegalStateException("An IPv6 address has 16 bytes.", e);
    }
  }
}
