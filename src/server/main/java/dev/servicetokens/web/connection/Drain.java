package dev.servicetokens.web.connection;

import io.micronaut.context.annotation.ConfigurationProperties;
import io.micronaut.core.async.publisher.Publishers;
import io.micronaut.core.value.PropertyResolver;
import io.micronaut.health.HealthStatus;
import io.micronaut.management.health.indicator.HealthIndicator;
import io.micronaut.management.health.indicator.HealthResult;
import io.micronaut.management.health.indicator.annotation.Readiness;
import jakarta.inject.Singleton;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.reactivestreams.Publisher;

/**
 * The end of all connections, without one request lost: first the server says that it is not ready
 * and goes on answering, each answer the last of its connection, until whoever sends it requests
 * has noticed; then it takes no new connections and waits for what has begun. Thread-safe.
 */
@Singleton
@Readiness
public final class Drain implements HealthIndicator {

  /** A connection that was just taken in is counted by then. */
  private static final long COUNTED_MS = 100;

  private static final long LOOK_EVERY_MS = 20;

  private final HttpConnections connections;
  private volatile boolean begun;

  Drain(HttpConnections connections) {
    this.connections = connections;
  }

  /**
   * The setting.
   *
   * @param drain how long requests are still taken after the server was told to end; none to ten
   *     minutes
   */
  @ConfigurationProperties("service-tokens")
  record Setting(Duration drain) {}

  /** Returns how long requests are still taken after the server was told to end. */
  public static Duration time(PropertyResolver settings) {
    return settings.getProperty("service-tokens.drain", Duration.class).orElse(Duration.ZERO);
  }

  @Override
  public Publisher<HealthResult> getResult() {
    return Publishers.just(
        HealthResult.builder("drain", begun ? HealthStatus.DOWN : HealthStatus.UP).build());
  }

  /**
   * Says that the server is not ready, and goes on for that time.
   *
   * @param hurried ends that when it opens
   */
  public void begin(Duration time, CountDownLatch hurried) throws InterruptedException {
    begun = true;
    connections.endEachWithItsAnswer();
    var _ = hurried.await(time.toMillis(), TimeUnit.MILLISECONDS);
  }

  /**
   * Takes no new connections and waits until all have ended: each with the answer to what has begun
   * on it, or after a moment if nothing has.
   *
   * @param hurried ends that when it opens
   * @return how many are left
   */
  public int finish(Duration limit, CountDownLatch hurried) throws InterruptedException {
    connections.stopListening();
    long end = System.nanoTime() + limit.toNanos();
    boolean hurries = hurried.await(COUNTED_MS, TimeUnit.MILLISECONDS);
    while (!hurries && connections.open() > 0 && System.nanoTime() < end) {
      hurries = hurried.await(LOOK_EVERY_MS, TimeUnit.MILLISECONDS);
    }
    return connections.open();
  }
}
