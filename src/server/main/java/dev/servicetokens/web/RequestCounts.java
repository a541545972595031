package dev.servicetokens.web;

import io.micronaut.http.HttpRequest;
import io.micronaut.http.server.HttpServerConfiguration;
import io.micronaut.management.endpoint.annotation.Endpoint;
import io.micronaut.web.router.RouteAttributes;
import io.micronaut.web.router.RouteInfo;
import io.micronaut.web.router.Router;
import io.micronaut.web.router.UriRouteInfo;
import jakarta.inject.Singleton;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import java.util.concurrent.atomic.LongAdder;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/**
 * Counts answers by the operation that was asked for and by the class of their status. What is
 * counted by is the contract's and of a fixed number, whatever is sent: what is none of its
 * operations counts as {@link #OTHER}. Costs an answer one look-up and one addition. Thread-safe.
 */
@Singleton
public final class RequestCounts {

  /** Stands for all that is no operation of the contract. */
  public static final String OTHER = "other";

  /** Under it are the contract's operations, and the text of the contract itself. */
  private static final String API = "/api/";

  private static final String CONTRACT = "/api/openapi.yaml";

  private static final int FORBIDDEN = 403;
  private static final int TOO_MANY_REQUESTS = 429;
  private static final int SERVICE_UNAVAILABLE = 503;

  private final UnroutedRequests unrouted;
  private final Map<String, ByStatus> byOperation = new TreeMap<>();
  private final IdentityHashMap<RouteInfo<?>, ByStatus> byRoute = new IdentityHashMap<>();
  private final ByStatus others = new ByStatus();
  private final LongAdder forbidden = new LongAdder();
  private final LongAdder throttled = new LongAdder();
  private final LongAdder unavailable = new LongAdder();

  /** Answers of one operation. */
  private static final class ByStatus {

    /** By the first digit of the status, which 1 to 5 are; those of informational ones stay 0. */
    private final List<LongAdder> byClass =
        IntStream.rangeClosed(0, 5).mapToObj(digit -> new LongAdder()).toList();

    void add(int status) {
      byClass.get(Math.clamp(status / 100, 0, 5)).increment();
    }
  }

  RequestCounts(Router router, UnroutedRequests unrouted, HttpServerConfiguration configuration) {
    this.unrouted = unrouted;
    String base = BasePath.of(configuration);
    router.uriRoutes().forEach(route -> byRoute.put(route, of(operation(route, base))));
    byOperation.put(OTHER, others);
    unrouted.operations().forEach(this::of);
  }

  private ByStatus of(@Nullable String operation) {
    return operation == null
        ? others
        : byOperation.computeIfAbsent(operation, name -> new ByStatus());
  }

  /** The methods of controllers are named as the contract names the operations. */
  private static @Nullable String operation(UriRouteInfo<?, ?> route, String base) {
    String path = route.getUriMatchTemplate().toPathString();
    return path.startsWith(base + API)
            && !path.equals(base + CONTRACT)
            && !route.getAnnotationMetadata().hasAnnotation(Endpoint.class)
        ? route.getTargetMethod().getMethodName()
        : null;
  }

  /** Counts the answer to a request. */
  public void count(HttpRequest<?> request, int status) {
    ByStatus counted = byRoute.get(RouteAttributes.getRouteInfo(request).orElse(null));
    (counted == null ? ofUnrouted(request) : counted).add(status);
    switch (status) {
      case FORBIDDEN -> forbidden.increment();
      case TOO_MANY_REQUESTS -> throttled.increment();
      case SERVICE_UNAVAILABLE -> {
        if (!isHealth(request)) {
          unavailable.increment();
        }
      }
      default -> {} // No refusal, or one whose reason the status does not tell.
    }
  }

  /** What says that the server is down refuses nobody. */
  private static boolean isHealth(HttpRequest<?> request) {
    return RouteAttributes.getRouteInfo(request)
        .flatMap(route -> route.getAnnotationMetadata().stringValue(Endpoint.class))
        .filter("health"::equals)
        .isPresent();
  }

  private ByStatus ofUnrouted(HttpRequest<?> request) {
    @Nullable String operation = unrouted.operation(request);
    return operation == null ? others : byOperation.getOrDefault(operation, others);
  }

  /** Counts the answer to what never became a request. */
  public void countEarly(int status) {
    others.add(status);
  }

  /** The contract's names of the operations, and {@link #OTHER}. */
  public List<String> operations() {
    return List.copyOf(byOperation.keySet());
  }

  /**
   * How many answers there were.
   *
   * @param operation one of {@link #operations}
   * @param statusClass the first digit of their status
   */
  public long total(String operation, int statusClass) {
    return Objects.requireNonNull(byOperation.get(operation)).byClass.get(statusClass).sum();
  }

  /** How many requests lacked a permission. */
  public long forbidden() {
    return forbidden.sum();
  }

  /** How many requests came from an address that sends too many unknown tokens. */
  public long throttled() {
    return throttled.sum();
  }

  /** How many requests could not be served then, as without the database. */
  public long unavailable() {
    return unavailable.sum();
  }
}
