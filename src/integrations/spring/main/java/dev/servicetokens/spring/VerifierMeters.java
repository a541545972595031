package dev.servicetokens.spring;

import dev.servicetokens.client.VerifierListener;
import io.micrometer.core.instrument.FunctionCounter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.binder.MeterBinder;
import java.util.concurrent.atomic.LongAdder;

/** What the verifier does, in numbers, where the service has Micrometer. Thread-safe. */
final class VerifierMeters implements MeterBinder, VerifierListener {

  private static final String PREFIX = "service.tokens.verifier.";

  private final LongAdder fromMemory = new LongAdder();
  private final LongAdder fromServer = new LongAdder();
  private final LongAdder notLive = new LongAdder();
  private final LongAdder limited = new LongAdder();
  private final LongAdder unavailable = new LongAdder();
  private final LongAdder ownTokenRefused = new LongAdder();
  private volatile boolean isLeaseHeld;

  @Override
  public void bindTo(MeterRegistry registry) {
    counter("lookups", fromMemory).tag("from", "memory").register(registry);
    counter("lookups", fromServer).tag("from", "server").register(registry);
    counter("refused", notLive).tag("reason", "not-live").register(registry);
    counter("refused", limited).tag("reason", "limited").register(registry);
    counter("refused", unavailable).tag("reason", "unavailable").register(registry);
    counter("own.token.refused", ownTokenRefused).register(registry);
    Gauge.builder(PREFIX + "lease.held", () -> isLeaseHeld ? 1 : 0).register(registry);
  }

  private static FunctionCounter.Builder<LongAdder> counter(String name, LongAdder count) {
    return FunctionCounter.builder(PREFIX + name, count, LongAdder::sum);
  }

  @Override
  public void hit() {
    fromMemory.increment();
  }

  @Override
  public void miss() {
    fromServer.increment();
  }

  @Override
  public void notLive() {
    notLive.increment();
  }

  @Override
  public void limited() {
    limited.increment();
  }

  @Override
  public void unavailable(String reason) {
    unavailable.increment();
  }

  @Override
  public void ownTokenRefused(String reason) {
    ownTokenRefused.increment();
  }

  @Override
  public void leaseHeld(boolean held) {
    isLeaseHeld = held;
  }
}
