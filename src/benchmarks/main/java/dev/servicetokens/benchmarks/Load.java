package dev.servicetokens.benchmarks;

import java.io.IOException;
import java.net.URI;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;

/** Sends requests over some connections and says how long they took. */
final class Load {

  private Load() {}

  /** One request: sends it and says whether it was answered as it should be. */
  @FunctionalInterface
  interface Call {
    boolean send(HttpConnection connection, int number) throws IOException;
  }

  /**
   * Requests at fixed moments, whatever the answers take. A request that must wait because the one
   * before it on its connection is late counts from the moment at which it was due; how late the
   * machine wakes our thread does not count.
   */
  static Latencies paced(
      List<URI> servers, int connections, int perSecond, Duration time, Call call) {
    Latencies latencies = new Latencies();
    long period = Duration.ofSeconds(1).toNanos() * connections / perSecond;
    long begin = System.nanoTime() + Duration.ofMillis(50).toNanos();
    long end = begin + time.toNanos();
    AtomicInteger numbers = new AtomicInteger();
    onEach(
        servers,
        connections,
        (connection, index) -> {
          for (long due = begin + index * period / connections; due < end; due += period) {
            long from = awaitOr(due);
            timed(latencies, from, connection, call, numbers.getAndIncrement());
          }
        });
    return latencies;
  }

  /** Requests one after another on each connection, until the time is over. */
  static Latencies closed(List<URI> servers, int connections, Duration time, Call call) {
    Latencies latencies = new Latencies();
    long end = System.nanoTime() + time.toNanos();
    AtomicInteger numbers = new AtomicInteger();
    onEach(
        servers,
        connections,
        (connection, index) -> {
          while (System.nanoTime() < end) {
            timed(latencies, System.nanoTime(), connection, call, numbers.getAndIncrement());
          }
        });
    return latencies;
  }

  /** That many requests, one after another on each connection. */
  static Latencies counted(List<URI> servers, int connections, int count, Call call) {
    Latencies latencies = new Latencies();
    AtomicInteger numbers = new AtomicInteger();
    onEach(
        servers,
        connections,
        (connection, index) -> {
          for (int next = numbers.getAndIncrement();
              next < count;
              next = numbers.getAndIncrement()) {
            timed(latencies, System.nanoTime(), connection, call, next);
          }
        });
    return latencies;
  }

  private static void timed(
      Latencies latencies, long from, HttpConnection connection, Call call, int number) {
    try {
      if (call.send(connection, number)) {
        latencies.add(System.nanoTime() - from);
      } else {
        latencies.addFailure(connection.lastStatus());
      }
    } catch (IOException e) {
      latencies.addFailure(connection.lastStatus());
    }
  }

  private static long awaitOr(long due) {
    if (System.nanoTime() >= due) {
      return due;
    }
    for (long now = System.nanoTime(); now < due; now = System.nanoTime()) {
      LockSupport.parkNanos(due - now);
    }
    return System.nanoTime();
  }

  @FunctionalInterface
  private interface Work {
    void run(HttpConnection connection, int index);
  }

  private static void onEach(List<URI> servers, int connections, Work work) {
    try (ExecutorService threads = Executors.newFixedThreadPool(connections)) {
      for (int i = 0; i < connections; i++) {
        int index = i;
        threads.execute(
            () -> {
              try (HttpConnection connection =
                  new HttpConnection(servers.get(index % servers.size()))) {
                work.run(connection, index);
              } catch (IOException e) {
                throw new IllegalStateException(e);
              }
            });
      }
    }
  }
}
