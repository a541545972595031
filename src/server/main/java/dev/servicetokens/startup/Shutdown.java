package dev.servicetokens.startup;

import java.util.ArrayDeque;
import java.util.Deque;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Ends what was started, in the opposite order.
 *
 * <p>One of these is the only shutdown hook, because the JVM runs several at once and the database
 * must outlive the HTTP server. Thread-safe: a signal may arrive while the server still starts.
 */
public final class Shutdown implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(Shutdown.class);

  private final Deque<Step> steps = new ArrayDeque<>();
  private volatile boolean closed;

  private record Step(String name, AutoCloseable end) {}

  /** Makes one that also runs when the JVM is told to end (SIGTERM, SIGINT). */
  public static Shutdown onSignal() {
    Shutdown shutdown = new Shutdown();
    Runtime.getRuntime().addShutdownHook(new Thread(shutdown::close, "shutdown"));
    return shutdown;
  }

  /**
   * Ends {@code end} before everything that was added earlier; at once if the end has begun.
   *
   * @param name what it is, for the log
   */
  public synchronized void add(String name, AutoCloseable end) {
    Step step = new Step(name, end);
    if (closed) {
      end(step);
    } else {
      steps.push(step);
    }
  }

  /** Whether the end has begun. */
  public boolean isClosed() {
    return closed;
  }

  /** Ends all that was added; a second call waits for the first and does nothing. Never throws. */
  @Override
  public synchronized void close() {
    closed = true;
    while (!steps.isEmpty()) {
      end(steps.pop());
    }
  }

  private static void end(Step step) {
    try {
      step.end().close();
    } catch (Exception e) {
      LOG.warn("Could not end {}: {}", step.name(), e.toString());
    }
  }
}
