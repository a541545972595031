package dev.servicetokens.web.management;

import io.micronaut.configuration.metrics.micrometer.prometheus.management.PrometheusEndpoint;
import io.micronaut.context.BeanProvider;
import io.micronaut.json.JsonMapper;
import io.micronaut.management.endpoint.health.HealthEndpoint;
import io.micronaut.management.health.indicator.HealthCheckType;
import io.micronaut.management.health.indicator.HealthResult;
import io.micronaut.scheduling.TaskExecutors;
import jakarta.inject.Named;
import jakarta.inject.Singleton;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executor;
import java.util.concurrent.ExecutorService;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import reactor.core.publisher.Mono;

/**
 * What is to be had on the management port. Each answer is made on a thread that may block, and of
 * one path only one at a time, which all get who ask meanwhile: nobody needs a token to ask, and to
 * ask about health takes a connection to the database. Thread-safe.
 */
@Singleton
final class ManagementAnswers {

  private static final Logger LOG = LoggerFactory.getLogger(ManagementAnswers.class);
  private static final String HEALTH = "/health";
  private static final String LIVENESS = "/health/liveness";
  private static final String READINESS = "/health/readiness";
  private static final String METRICS = "/prometheus";
  private static final String JSON = "application/json";

  /** The format that every Prometheus takes. */
  private static final String EXPOSITION = "text/plain; version=0.0.4; charset=utf-8";

  private static final Answer FAILED =
      new Answer(500, "text/plain", "Failed; the log says why.\n".getBytes(StandardCharsets.UTF_8));

  private final BeanProvider<HealthEndpoint> health;
  private final BeanProvider<HealthStatuses> statuses;
  private final BeanProvider<PrometheusEndpoint> metrics;
  private final JsonMapper json;
  private final Executor blocking;

  /** By path, what is being made. */
  private final Map<String, CompletableFuture<Answer>> pending = new ConcurrentHashMap<>();

  /**
   * An answer.
   *
   * @param body not to be changed
   */
  @SuppressWarnings("ArrayRecordComponent") // Nobody compares two of them.
  record Answer(int status, String contentType, byte[] body) {}

  ManagementAnswers(
      BeanProvider<HealthEndpoint> health,
      BeanProvider<HealthStatuses> statuses,
      BeanProvider<PrometheusEndpoint> metrics,
      JsonMapper json,
      @Named(TaskExecutors.BLOCKING) ExecutorService blocking) {
    this.health = health;
    this.statuses = statuses;
    this.metrics = metrics;
    this.json = json;
    this.blocking = blocking;
  }

  /** Whether there is something at a path, exactly as it was sent. */
  boolean has(String path) {
    return switch (path) {
      case HEALTH, LIVENESS, READINESS -> health.isPresent();
      case METRICS -> metrics.isPresent();
      default -> false;
    };
  }

  /** Makes what there is at a path that {@link #has} something. Never fails. */
  CompletionStage<Answer> at(String path) {
    return switch (path) {
      case LIVENESS -> shared(path, () -> health(HealthCheckType.LIVENESS));
      case READINESS -> shared(path, () -> health(HealthCheckType.READINESS));
      case METRICS -> shared(path, this::metrics);
      default -> shared(path, () -> health(null));
    };
  }

  private CompletionStage<Answer> shared(String path, Callable<Answer> make) {
    CompletableFuture<Answer> made = new CompletableFuture<>();
    @Nullable CompletableFuture<Answer> earlier = pending.putIfAbsent(path, made);
    if (earlier != null) {
      return earlier;
    }
    try {
      blocking.execute(() -> complete(path, made, make));
    } catch (RuntimeException e) { // The server ends.
      finish(path, made, FAILED);
    }
    return made;
  }

  private void complete(String path, CompletableFuture<Answer> made, Callable<Answer> make) {
    Answer answer = FAILED;
    try {
      answer = make.call();
    } catch (Exception e) {
      LOG.error("No answer at {} of the management port", path, e);
    } finally {
      finish(path, made, answer);
    }
  }

  /** First forgotten, so that whoever asks from now on gets a newer one. */
  private void finish(String path, CompletableFuture<Answer> made, Answer answer) {
    pending.remove(path);
    made.complete(answer);
  }

  private Answer health(@Nullable HealthCheckType type) throws IOException {
    HealthEndpoint endpoint = health.get();
    HealthResult result =
        Objects.requireNonNull(
            Mono.from(type == null ? endpoint.getHealth(null) : endpoint.getHealth(null, type))
                .block());
    return new Answer(statuses.get().of(result).getCode(), JSON, json.writeValueAsBytes(result));
  }

  private Answer metrics() {
    return new Answer(200, EXPOSITION, metrics.get().scrape().getBytes(StandardCharsets.UTF_8));
  }
}
