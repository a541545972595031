package dev.servicetokens.cluster;

import jakarta.inject.Singleton;
import java.time.Clock;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/** The machine's own time; the wall clock is the one that everything asks. */
@Singleton
final class SystemTime implements Time {

  private final Clock clock;

  SystemTime(Clock clock) {
    this.clock = clock;
  }

  @Override
  public long nanoTime() {
    return System.nanoTime();
  }

  @Override
  public long wallMillis() {
    return clock.millis();
  }

  @Override
  public void sleep(long nanos) {
    latch().await(nanos);
  }

  @Override
  public Latch latch() {
    return new SystemLatch();
  }

  private static final class SystemLatch implements Latch {

    private final CountDownLatch closed = new CountDownLatch(1);

    @Override
    public void open() {
      closed.countDown();
    }

    @Override
    public boolean await(long nanos) {
      long end = System.nanoTime() + nanos;
      boolean interrupted = false;
      try {
        while (true) {
          try {
            return closed.await(end - System.nanoTime(), TimeUnit.NANOSECONDS);
          } catch (InterruptedException e) {
            interrupted = true;
          }
        }
      } finally {
        if (interrupted) {
          Thread.currentThread().interrupt();
        }
      }
    }
  }
}
