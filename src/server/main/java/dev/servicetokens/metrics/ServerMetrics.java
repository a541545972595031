package dev.servicetokens.metrics;

import dev.servicetokens.audit.RefusedCredentials;
import dev.servicetokens.audit.RefusedCredentials.Reason;
import dev.servicetokens.token.Rotations;
import dev.servicetokens.token.ServiceTokens;
import dev.servicetokens.token.UnusedTokens;
import dev.servicetokens.verification.TokenVerifier;
import dev.servicetokens.web.Release;
import dev.servicetokens.web.RequestCounts;
import io.micrometer.core.instrument.FunctionCounter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.micronaut.context.event.ApplicationEventListener;
import io.micronaut.context.event.StartupEvent;
import jakarta.inject.Singleton;
import java.util.List;
import java.util.function.ToDoubleFunction;

/**
 * What this node has done. No label's value comes from a request, so that nobody can make more
 * series and no secret gets into one; all series are there from the start, so that the first event
 * is seen as an increase. Thread-safe.
 */
@Singleton
final class ServerMetrics implements ApplicationEventListener<StartupEvent> {

  private static final List<Integer> STATUS_CLASSES = List.of(2, 3, 4, 5);

  private final MeterRegistry registry;
  private final RequestCounts requests;
  private final RefusedCredentials refused;
  private final TokenVerifier verifier;
  private final ServiceTokens tokens;
  private final Rotations rotations;
  private final UnusedTokens unused;

  ServerMetrics(
      MeterRegistry registry,
      RequestCounts requests,
      RefusedCredentials refused,
      TokenVerifier verifier,
      ServiceTokens tokens,
      Rotations rotations,
      UnusedTokens unused) {
    this.registry = registry;
    this.requests = requests;
    this.refused = refused;
    this.verifier = verifier;
    this.tokens = tokens;
    this.rotations = rotations;
    this.unused = unused;
  }

  @Override
  public void onApplicationEvent(StartupEvent event) {
    for (String operation : requests.operations()) {
      for (int statusClass : STATUS_CLASSES) {
        FunctionCounter.builder(
                "service_tokens_requests", requests, counts -> counts.total(operation, statusClass))
            .tags("operation", operation, "status", statusClass + "xx")
            .description("Answers, by the contract's operation and the class of their status")
            .register(registry);
      }
    }
    // Two different tokens in one request are as wrong as one without our shape.
    refusals(
        "malformed",
        refused,
        totals -> totals.total(Reason.MALFORMED) + totals.total(Reason.AMBIGUOUS));
    refusals("unknown", refused, totals -> totals.total(Reason.UNKNOWN));
    refusals("expired", refused, totals -> totals.total(Reason.EXPIRED));
    refusals("disabled", refused, totals -> totals.total(Reason.DISABLED));
    refusals("address", refused, totals -> totals.total(Reason.ADDRESS));
    refusals("used_up", refused, totals -> totals.total(Reason.USED_UP));
    refusals("limited", refused, totals -> totals.total(Reason.LIMITED));
    refusals("forbidden", requests, RequestCounts::forbidden);
    refusals("throttled", requests, RequestCounts::throttled);
    refusals("unavailable", requests, RequestCounts::unavailable);
    verifications("hit", TokenVerifier::hits);
    verifications("miss", TokenVerifier::misses);
    FunctionCounter.builder("service_tokens_creates", tokens, ServiceTokens::created)
        .description("Tokens that this node has created because somebody asked")
        .register(registry);
    FunctionCounter.builder("service_tokens_updates", tokens, ServiceTokens::updated)
        .description("Changes of tokens that this node has made")
        .register(registry);
    FunctionCounter.builder("service_tokens_deletes", tokens, ServiceTokens::deleted)
        .description("Tokens that this node has deleted")
        .register(registry);
    FunctionCounter.builder("service_tokens_rotations", rotations, Rotations::rotated)
        .description("Token strings that this node has given tokens in place of others")
        .register(registry);
    FunctionCounter.builder("service_tokens_unused_disables", unused, UnusedTokens::disabled)
        .description("Tokens that this node has disabled because nobody used them")
        .register(registry);
    FunctionCounter.builder("service_tokens_unused_deletes", unused, UnusedTokens::deleted)
        .description("Tokens that this node has deleted because they were disabled for long")
        .register(registry);
    // Prometheus' client writes _info for that ending, and takes away one that is written out.
    Gauge.builder("service_tokens_build.info", this, metrics -> 1)
        .tags("version", Release.version(), "commit", Release.commit())
        .description("Always 1; its labels say which build runs")
        .register(registry);
  }

  private <T> void refusals(String reason, T counts, ToDoubleFunction<T> total) {
    FunctionCounter.builder("service_tokens_refusals", counts, total)
        .tags("reason", reason)
        .description("Requests that were refused, by what was wrong")
        .register(registry);
  }

  private void verifications(String result, ToDoubleFunction<TokenVerifier> total) {
    FunctionCounter.builder("service_tokens_verifications", verifier, total)
        .tags("result", result)
        .description("Verifications of token strings: hit if memory told, miss if it did not")
        .register(registry);
  }
}
