package dev.servicetokens.cluster.real;

import java.time.Duration;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.locks.LockSupport;

/**
 * How long this machine let a thread wait that was ready to run: what a bound on time must allow
 * for where processors are scarce. Thread-safe.
 */
final class Pauses implements AutoCloseable {

  private static final long BEAT_NANOS = Duration.ofMillis(5).toNanos();
  private static final long NOTED_NANOS = Duration.ofMillis(20).toNanos();

  private record Pause(long endedAt, long nanos) {}

  private final Queue<Pause> pauses = new ConcurrentLinkedQueue<>();
  private volatile boolean running = true;

  private Pauses() {}

  /** Begins to watch. */
  static Pauses watch() {
    Pauses pauses = new Pauses();
    Thread.ofPlatform().daemon().name("pauses").start(pauses::run);
    return pauses;
  }

  /** One that has seen none. */
  static Pauses none() {
    return new Pauses();
  }

  /** All pauses of 20 ms or more that overlap a time between two {@link System#nanoTime}s. */
  Duration between(long from, long to) {
    return Duration.ofNanos(
        pauses.stream()
            .filter(pause -> pause.endedAt - from > 0 && pause.endedAt - pause.nanos - to < 0)
            .mapToLong(Pause::nanos)
            .sum());
  }

  private void run() {
    long last = System.nanoTime();
    while (running) {
      LockSupport.parkNanos(BEAT_NANOS);
      long now = System.nanoTime();
      long late = now - last - BEAT_NANOS;
      if (late >= NOTED_NANOS) {
        pauses.add(new Pause(now, late));
      }
      last = now;
    }
  }

  @Override
  public void close() {
    running = false;
  }
}
