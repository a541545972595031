package dev.servicetokens.cluster;

import java.util.random.RandomGenerator;

/**
 * A process of a simulation: its clocks, how slow it is, and whether it is stopped or dead. Each
 * look at a clock and each call to the outside is a moment at which another task may go on.
 */
final class SimulatedProcess implements Time {

  /** The world outside of all nodes. */
  static final SimulatedProcess WORLD = new SimulatedProcess();

  private static final long MILLI = 1_000_000;

  private final VirtualTime time;
  private final RandomGenerator random;
  private final double rate;
  private final long nanoOrigin;
  private final long wallOriginMillis;
  private final int pausePerMille;
  private long suspendedNanos;
  private long pausedUntil;
  private boolean dead;

  private SimulatedProcess() {
    this.time = null;
    this.random = null;
    this.rate = 1;
    this.nanoOrigin = 0;
    this.wallOriginMillis = 0;
    this.pausePerMille = 0;
  }

  /**
   * Makes one with clocks of its own.
   *
   * @param pausePerMille how often a step takes as long as a pause of the garbage collector
   */
  SimulatedProcess(VirtualTime time, RandomGenerator random, int pausePerMille) {
    this.time = time;
    this.random = random;
    this.rate = random.nextDouble(0.953, 1.047);
    this.nanoOrigin = random.nextLong(-1L << 40, 1L << 40);
    this.wallOriginMillis = random.nextLong(0, 1L << 40);
    this.pausePerMille = pausePerMille;
  }

  @Override
  public long nanoTime() {
    local();
    return nanosNow();
  }

  /** The same, and no time passes. */
  long nanosNow() {
    return nanoOrigin + (long) ((time.now() - suspendedNanos) * rate);
  }

  @Override
  public long wallMillis() {
    local();
    return wallNow();
  }

  /** The same, and no time passes. */
  long wallNow() {
    return wallOriginMillis + time.now() / MILLI;
  }

  @Override
  public void sleep(long nanos) {
    time.pass(inWorldNanos(nanos));
  }

  @Override
  public Latch latch() {
    return time.latch(this);
  }

  long inWorldNanos(long nanos) {
    return (long) (nanos / rate) + 1;
  }

  /** Something within the process: short, but it may be stopped in between. */
  void local() {
    int die = random.nextInt(1000);
    if (die < pausePerMille) {
      time.pass(pause());
    } else {
      time.pass(random.nextLong(die < 40 ? 3 * MILLI : 20_000));
    }
  }

  /** A way to the database or back. */
  void remote() {
    int die = random.nextInt(1000);
    if (die < pausePerMille) {
      time.pass(pause());
    } else if (die < 100) {
      time.pass(random.nextLong(2 * MILLI, 30 * MILLI));
    } else {
      time.pass(random.nextLong(50_000, MILLI));
    }
  }

  private long pause() {
    return random.nextLong(5 * MILLI, random.nextBoolean() ? 300 * MILLI : 1500 * MILLI);
  }

  /** SIGSTOP, and SIGCONT after that time. */
  void stop(long nanos) {
    pausedUntil = Math.max(pausedUntil, time.now() + nanos);
  }

  /** The machine is suspended: its monotonic clock stands still meanwhile. */
  void suspend(long nanos) {
    if (pausedUntil <= time.now()) {
      stop(nanos);
      suspendedNanos += nanos;
    }
  }

  /** {@code kill -9}. */
  void kill() {
    dead = true;
  }

  boolean isDead() {
    return dead;
  }

  long pausedUntil() {
    return dead ? 0 : pausedUntil;
  }

  void trace(String what, Object... values) {
    time.trace(what, values);
  }

  void check() {
    VirtualTime.endIf(dead);
  }
}
