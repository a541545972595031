package dev.servicetokens.startup;

import java.lang.reflect.Proxy;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicBoolean;
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

  /** What ends a process by the hand of a person or of an operating system. */
  private static final List<String> SIGNALS = List.of("TERM", "INT");

  private static final int KILLED = 128;

  private final Deque<Step> steps = new ArrayDeque<>();
  private final CountDownLatch hurried = new CountDownLatch(1);
  private final AtomicBoolean told = new AtomicBoolean();
  private volatile boolean closed;

  private record Step(String name, AutoCloseable end) {}

  /**
   * Makes one that also runs when the JVM is told to end (SIGTERM, SIGINT); who tells it so again
   * is in a hurry.
   */
  public static Shutdown onSignal() {
    Shutdown shutdown = new Shutdown();
    Runtime.getRuntime().addShutdownHook(new Thread(shutdown::close, "shutdown"));
    try {
      for (String signal : SIGNALS) {
        shutdown.listen(signal);
      }
    } catch (ReflectiveOperationException e) { // Not on this platform: the hook suffices.
      LOG.debug("A second signal is not heard", e);
    }
    return shutdown;
  }

  /**
   * The JVM ends at the first signal by itself, and does not hear a second one. What hears it is no
   * part of Java's specification, so that the compiler must not see it.
   */
  private void listen(String name) throws ReflectiveOperationException {
    Class<?> signal = Class.forName("sun.misc.Signal");
    Class<?> handler = Class.forName("sun.misc.SignalHandler");
    Object told =
        Proxy.newProxyInstance(
            Shutdown.class.getClassLoader(),
            new Class<?>[] {handler},
            (self, method, arguments) -> {
              if (method.getName().equals("handle")) {
                told((int) signal.getMethod("getNumber").invoke(arguments[0]));
              }
              return null;
            });
    signal
        .getMethod("handle", signal, handler)
        .invoke(null, signal.getConstructor(String.class).newInstance(name), told);
  }

  /** Each signal comes on a thread of its own. */
  private void told(int signal) {
    if (told.getAndSet(true)) {
      hurried.countDown();
    } else {
      System.exit(KILLED + signal);
    }
  }

  /** Opens when whoever ends the process wants nothing to be waited for any more. */
  public CountDownLatch hurried() {
    return hurried;
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
