package dev.servicetokens.documentation.http;

import dev.servicetokens.documentation.Page;
import io.micronaut.http.HttpHeaders;
import io.micronaut.http.HttpResponse;
import io.micronaut.http.MutableHttpResponse;
import io.micronaut.http.annotation.Controller;
import io.micronaut.http.annotation.Get;
import io.micronaut.http.annotation.PathVariable;
import io.micronaut.http.annotation.Produces;
import io.micronaut.http.server.exceptions.NotFoundException;
import io.micronaut.scheduling.TaskExecutors;
import io.micronaut.scheduling.annotation.ExecuteOn;
import io.micronaut.security.annotation.Secured;
import io.micronaut.security.rules.SecurityRule;
import java.net.URI;

/** Shows the contract and Swagger UI to anybody. */
@Controller
@Secured(SecurityRule.IS_ANONYMOUS)
@ExecuteOn(TaskExecutors.BLOCKING)
final class DocumentationController {

  /** Everything comes from this server, and nobody may frame it: people type tokens into it. */
  private static final String POLICY =
      "default-src 'none'; script-src 'self'; style-src 'self' 'unsafe-inline'; img-src 'self' data:;"
          + " connect-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'";

  @Get("/")
  HttpResponse<?> home() {
    return HttpResponse.redirect(URI.create("/docs"));
  }

  @Get("/docs")
  @Produces("*/*")
  HttpResponse<byte[]> index() {
    return page("index.html").header("Content-Security-Policy", POLICY);
  }

  @Get("/docs/{name}")
  @Produces("*/*")
  HttpResponse<byte[]> asset(@PathVariable String name) {
    return page(name);
  }

  @Get("/api/openapi.yaml")
  @Produces("*/*")
  HttpResponse<byte[]> contract() {
    return page("openapi.yaml");
  }

  private static MutableHttpResponse<byte[]> page(String name) {
    Page page = Page.named(name).orElseThrow(NotFoundException::new);
    return HttpResponse.ok(page.content())
        .header(HttpHeaders.CONTENT_TYPE, page.mediaType())
        .header(HttpHeaders.CACHE_CONTROL, "no-cache")
        .header("X-Content-Type-Options", "nosniff");
  }
}
