package dev.servicetokens.verification;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.bucket4j.TimeMeter;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.time.Duration;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

final class AddressThrottleTest {

  private final SteppedTime time = new SteppedTime();
  private final AddressThrottle throttle =
      new AddressThrottle(new ThrottleConfiguration(10, 50, 1000), time);

  @Test
  void letsAnAddressSendItsBurstAndThenSoManyASecond() {
    InetAddress address = address("192.0.2.1");
    IntStream.range(0, 49).forEach(i -> throttle.count(address));
    assertThat(throttle.isOverLimit(address)).isFalse();
    throttle.count(address);
    assertThat(throttle.isOverLimit(address)).isTrue();

    time.move(Duration.ofMillis(99));
    assertThat(throttle.isOverLimit(address)).isTrue();
    time.move(Duration.ofMillis(1));
    assertThat(throttle.isOverLimit(address)).isFalse();
    throttle.count(address);
    assertThat(throttle.isOverLimit(address)).isTrue();
  }

  @Test
  void countsEachAddressByItself() {
    IntStream.range(0, 50).forEach(i -> throttle.count(address("192.0.2.1")));

    assertThat(throttle.isOverLimit(address("192.0.2.1"))).isTrue();
    assertThat(throttle.isOverLimit(address("192.0.2.2"))).isFalse();
  }

  /** One customer has a whole network of IPv6 addresses. */
  @Test
  void countsAnIpv6NetworkAsOneAddress() {
    IntStream.range(0, 50).forEach(i -> throttle.count(address("2001:db8:0:1::" + i)));

    assertThat(throttle.isOverLimit(address("2001:db8:0:1:ffff::1"))).isTrue();
    assertThat(throttle.isOverLimit(address("2001:db8:0:2::1"))).isFalse();
  }

  /** Whoever has many addresses must not fill our memory with them. */
  @Test
  void remembersNoMoreAddressesThanItMay() {
    IntStream.range(0, 50_000)
        .forEach(i -> throttle.count(address("10.0.%d.%d".formatted(i / 256, i % 256))));

    assertThat(throttle.size()).isLessThanOrEqualTo(1000);
  }

  @Test
  void forgetsWhoHasBeenQuiet() {
    throttle.count(address("192.0.2.1"));
    time.move(Duration.ofSeconds(7));

    assertThat(throttle.size()).isZero();
  }

  private static InetAddress address(String text) {
    try {
      return InetAddress.getByName(text);
    } catch (UnknownHostException e) {
      throw new IllegalArgumentException(e);
    }
  }

  private static final class SteppedTime implements TimeMeter {

    private long nanos;

    void move(Duration by) {
      nanos += by.toNanos();
    }

    @Override
    public long currentTimeNanos() {
      return nanos;
    }

    @Override
    public boolean isWallClockBased() {
      return false;
    }
  }
}
