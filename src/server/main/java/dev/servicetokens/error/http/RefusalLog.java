package dev.servicetokens.error.http;

import dev.servicetokens.database.DatabaseUnavailable;
import dev.servicetokens.error.Refusal;
import io.micronaut.http.HttpRequest;
import io.micronaut.http.HttpStatus;
import io.micronaut.http.uri.UriMatchTemplate;
import io.micronaut.web.router.RouteAttributes;
import io.micronaut.web.router.UriRouteInfo;
import jakarta.inject.Singleton;
import java.time.Clock;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One line for each refusal, so that a caller's tracking key leads to its cause, to what ails the
 * database too. It shows the route's template and never the path, the query or a header, where
 * somebody may have put a secret. Refusals without a credential of ours come from anybody: of them
 * a second sees a few lines at most. Thread-safe.
 */
@Singleton
final class RefusalLog {

  private static final Logger LOG = LoggerFactory.getLogger(RefusalLog.class);
  private static final int UNAUTHENTICATED_LINES_A_SECOND = 20;

  private final Clock clock;
  private final AtomicLong second = new AtomicLong();
  private final AtomicInteger linesInSecond = new AtomicInteger();

  RefusalLog(Clock clock) {
    this.clock = clock;
  }

  void write(String trackingKey, HttpRequest<?> request, Refusal refusal, Throwable cause) {
    if (refusal.isOurs()) {
      LOG.error("{} {} {}", trackingKey, request.getMethod(), route(request), cause);
    } else if (request.getUserPrincipal().isPresent() || mayLogUnauthenticated()) {
      String reason =
          refusal.status() == HttpStatus.SERVICE_UNAVAILABLE
              ? DatabaseUnavailable.reasonOf(cause).orElse(refusal.message())
              : refusal.message();
      LOG.info(
          "{} {} {} {}: {}",
          trackingKey,
          refusal.status().getCode(),
          request.getMethod(),
          route(request),
          reason);
    }
  }

  /** Of what never became a request; anybody can send such. */
  void writeEarly(String trackingKey, Refusal refusal) {
    if (mayLogUnauthenticated()) {
      LOG.info(
          "{} {} (no request): {}", trackingKey, refusal.status().getCode(), refusal.message());
    }
  }

  private boolean mayLogUnauthenticated() {
    long now = clock.instant().getEpochSecond();
    if (second.getAndSet(now) != now) {
      linesInSecond.set(0);
    }
    return linesInSecond.incrementAndGet() <= UNAUTHENTICATED_LINES_A_SECOND;
  }

  private static String route(HttpRequest<?> request) {
    return RouteAttributes.getRouteInfo(request)
        .filter(UriRouteInfo.class::isInstance)
        .map(info -> ((UriRouteInfo<?, ?>) info).getUriMatchTemplate())
        .map(UriMatchTemplate::toPathString)
        .orElse("(no route)");
  }
}
