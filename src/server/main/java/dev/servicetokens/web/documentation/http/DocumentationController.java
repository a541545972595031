package dev.servicetokens.web.documentation.http;

import dev.servicetokens.web.documentation.DocumentationFile;
import dev.servicetokens.web.documentation.DocumentationFiles;
import io.micronaut.http.HttpHeaders;
import io.micronaut.http.HttpRequest;
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
import java.util.Arrays;

/**
 * Shows the contract and Swagger UI to anybody. All addresses are relative, so that it also works
 * behind a proxy that adds a path.
 */
@Controller
@Secured(SecurityRule.IS_ANONYMOUS)
@ExecuteOn(TaskExecutors.BLOCKING)
final class DocumentationController {

  /** Everything comes from this server, and nobody may frame it: people type tokens into it. */
  private static final String POLICY =
      "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:;"
          + " connect-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'";

  /** The page names its files relatively, which is right only if it was loaded from /docs. */
  private static final URI PAGE_FROM_ITS_FILES = URI.create("../docs");

  private final DocumentationFiles files;

  DocumentationController(DocumentationFiles files) {
    this.files = files;
  }

  @Get("/")
  HttpResponse<?> home() {
    return HttpResponse.seeOther(URI.create("docs"));
  }

  @Get("/docs")
  @Produces("*/*")
  HttpResponse<?> page(HttpRequest<?> request) {
    return request.getPath().endsWith("/")
        ? HttpResponse.seeOther(PAGE_FROM_ITS_FILES)
        : answer(request, DocumentationFiles.PAGE);
  }

  @Get("/docs/{name}")
  @Produces("*/*")
  HttpResponse<?> file(HttpRequest<?> request, @PathVariable String name) {
    return name.equals(DocumentationFiles.PAGE)
        ? HttpResponse.seeOther(PAGE_FROM_ITS_FILES)
        : answer(request, name);
  }

  @Get("/api/openapi.yaml")
  @Produces("*/*")
  HttpResponse<?> contract(HttpRequest<?> request) {
    return answer(request, DocumentationFiles.CONTRACT);
  }

  // A browser must ask for a file again each time, so that it never mixes the files of two
  // releases;
  // a file that has not changed is not sent again.
  private HttpResponse<?> answer(HttpRequest<?> request, String name) {
    DocumentationFile file = files.find(name).orElseThrow(NotFoundException::new);
    MutableHttpResponse<DocumentationFile> response =
        isKnown(file, request)
            ? HttpResponse.notModified()
            : HttpResponse.ok(file)
                .header(HttpHeaders.CONTENT_TYPE, file.mediaType())
                .header("Content-Security-Policy", POLICY)
                .header("X-Content-Type-Options", "nosniff")
                .header("Referrer-Policy", "no-referrer");
    return response
        .header(HttpHeaders.ETAG, file.entityTag())
        .header(HttpHeaders.CACHE_CONTROL, "no-cache");
  }

  // A proxy that compresses makes the tag a weak one (RFC 9110, section 13.1.2).
  private static boolean isKnown(DocumentationFile file, HttpRequest<?> request) {
    return request.getHeaders().getAll(HttpHeaders.IF_NONE_MATCH).stream()
        .flatMap(tags -> Arrays.stream(tags.split(",")))
        .map(tag -> tag.strip().replaceFirst("^W/", ""))
        .anyMatch(file.entityTag()::equals);
  }
}
