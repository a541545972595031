package dev.servicetokens.cluster;

import jakarta.inject.Singleton;
import java.time.Clock;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/**
 * Clocks and waiting, so that a simulation can bring its own. Thread-safe.
 *
 * <p>Waiting cannot be interrupted: a revocation that returned early would break its promise. The
 * thread is interrupted again when the wait is over.
 */
interface Time {

  /** A monotonic clock, as {@link System#nanoTime}. */
  long nanoTime();

  /** The wall clock, in milliseconds since 1970. */
  long wallMillis();

  /** Waits for that time. */
  void sleep(long nanos);

  /** Makes a latch. */
  Latch latch();

  /** Opens once and stays open. Thread-safe. */
  interface Latch {

    /** Lets everybody through, now and later. */
    void open();

    /** Waits until it is open or that time has passed; says whether it is open. */
    boolean await(long nanos);
  }

  /** The time of this machine; its wall clock is the {@link Clock} that the whole server asks. */
  @Singleton
  final class OfMachine implements Time {

    private final Clock clock;

    OfMachine(Clock clock) {
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
}
