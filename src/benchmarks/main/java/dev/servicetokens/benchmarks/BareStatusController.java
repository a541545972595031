package dev.servicetokens.benchmarks;

import dev.servicetokens.generated.model.ServerStatus;
import dev.servicetokens.generated.model.ServerStatusStatus;
import io.micronaut.http.HttpHeaders;
import io.micronaut.http.HttpResponse;
import io.micronaut.http.annotation.Controller;
import io.micronaut.http.annotation.Get;
import io.micronaut.security.annotation.Secured;
import io.micronaut.security.rules.SecurityRule;

/**
 * Answers the same bytes as {@code GET /api/server/status} to anybody: what security costs is the
 * difference.
 */
@Controller("/benchmark/status")
@Secured(SecurityRule.IS_ANONYMOUS)
final class BareStatusController {

  private final ServerStatus status = new ServerStatus(ServerStatusStatus.OK);

  @Get
  HttpResponse<ServerStatus> status() {
    return HttpResponse.ok(status).header(HttpHeaders.CACHE_CONTROL, "no-store");
  }
}
