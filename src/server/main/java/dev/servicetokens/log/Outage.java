package dev.servicetokens.log;

import java.time.Duration;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;

/**
 * Something that does not work for a while, in the log of whoever finds out: one line when it
 * begins, one a minute at most while it lasts, and one when it is over. Of what comes and goes all
 * the time a minute has a few lines at most. Thread-safe.
 */
public final class Outage {

  private static final long MINUTE = Duration.ofMinutes(1).toNanos();
  private static final int MOST_A_MINUTE = 3;

  private final Logger log;
  private final LongSupplier nanoTime;
  private boolean lasting;
  private boolean said;
  private long since;
  private long lastSaid;
  private long minute;
  private int saidInMinute;

  /**
   * Makes one that has not begun.
   *
   * @param nanoTime as {@link System#nanoTime}
   */
  public Outage(Logger log, LongSupplier nanoTime) {
    this.log = log;
    this.nanoTime = nanoTime;
    this.minute = nanoTime.getAsLong() - MINUTE;
  }

  /** Makes one that goes by this process's time and has not begun. */
  public Outage(Logger log) {
    this(log, System::nanoTime);
  }

  /** Called whenever it is found that this does not work; says so as a warning, or nothing. */
  public void goesOn(String what) {
    goesOn(what, null);
  }

  /**
   * Called whenever it is found that this does not work.
   *
   * @param fault what only a fault of this program's can have thrown: it is said as an error with
   *     its stack trace. Null if it is none of ours, which is a warning
   */
  public synchronized void goesOn(String what, @Nullable Throwable fault) {
    long now = nanoTime.getAsLong();
    if (!lasting) {
      lasting = true;
      said = false;
      since = now;
      if (maySay(now)) {
        say(now, what, fault);
      }
    } else if (now - lastSaid >= MINUTE && now - since >= MINUTE) {
      say(now, what + " (for " + shown(now - since) + " now)", fault);
    }
  }

  /** Called whenever it is found that this works; says so if it was said that it did not. */
  public synchronized void isOver(String what) {
    if (lasting) {
      lasting = false;
      if (said) {
        log.info("{} (after {})", what, shown(nanoTime.getAsLong() - since));
      }
    }
  }

  private boolean maySay(long now) {
    if (now - minute >= MINUTE) {
      minute = now;
      saidInMinute = 0;
    }
    return saidInMinute++ < MOST_A_MINUTE;
  }

  private void say(long now, String what, @Nullable Throwable fault) {
    said = true;
    lastSaid = now;
    if (fault == null) {
      log.warn("{}", what);
    } else {
      log.error("{}", what, fault);
    }
  }

  private static String shown(long nanos) {
    Duration time = Duration.ofNanos(nanos);
    return time.toMinutes() >= 1 ? time.toMinutes() + " min" : time.toSeconds() + " s";
  }
}
