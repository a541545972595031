package dev.servicetokens.cluster.real;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.locks.LockSupport;

/** The clients of a round: two that verify on each node and the service, and three that change. */
final class Load implements AutoCloseable {

  private static final int VERIFIERS = 2;
  private static final int CHANGERS = 3;
  private static final long PACE_NANOS = Duration.ofMillis(2).toNanos();
  private static final Duration LONGEST_STOP = Duration.ofSeconds(60);

  private final ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();
  private final List<Future<?>> clients = new ArrayList<>();
  private volatile boolean running = true;

  private Load() {}

  /** Starts them. */
  static Load start(Cluster cluster, Client client, Tokens tokens, History history) {
    Load load = new Load();
    for (int i = 0; i < VERIFIERS; i++) {
      cluster.places().forEach(place -> load.repeat(new Verifier(place, client, tokens, history)));
    }
    for (int i = 0; i < CHANGERS; i++) {
      load.repeat(new Changer(cluster, client, tokens, history, load.threads, () -> load.running));
    }
    return load;
  }

  /** Ends them and waits until each has noted its last request. */
  void stop() {
    running = false;
    try {
      for (Future<?> client : clients) {
        client.get(LONGEST_STOP.toMillis(), TimeUnit.MILLISECONDS);
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException(e);
    } catch (ExecutionException | TimeoutException e) {
      throw new IllegalStateException("A client did not end well", e);
    }
  }

  private void repeat(Runnable client) {
    clients.add(
        threads.submit(
            () -> {
              while (running) {
                client.run();
                LockSupport.parkNanos(PACE_NANOS);
              }
            }));
  }

  @Override
  public void close() {
    running = false;
    threads.shutdownNow();
  }
}
