package dev.servicetokens.documentation;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * The files of which the documentation consists, all on the class path: nothing comes from
 * elsewhere.
 *
 * @param resource where it lies on the class path
 * @param mediaType what it is
 */
public record Page(String resource, String mediaType) {

  private static final String SWAGGER_UI = "META-INF/resources/webjars/swagger-ui/5.34.1/";

  private static final Map<String, Page> PAGES =
      Map.of(
          "openapi.yaml", new Page("api/openapi.yaml", "application/yaml"),
          "index.html", new Page("documentation/index.html", "text/html; charset=utf-8"),
          "start.js", new Page("documentation/start.js", "text/javascript; charset=utf-8"),
          "page.css", new Page("documentation/page.css", "text/css; charset=utf-8"),
          "swagger-ui.css", new Page(SWAGGER_UI + "swagger-ui.css", "text/css; charset=utf-8"),
          "swagger-ui-bundle.js",
              new Page(SWAGGER_UI + "swagger-ui-bundle.js", "text/javascript; charset=utf-8"),
          "favicon-32x32.png", new Page(SWAGGER_UI + "favicon-32x32.png", "image/png"));

  /** The page of that name; empty if there is none, whatever the class path has. */
  public static Optional<Page> named(String name) {
    return Optional.ofNullable(PAGES.get(name));
  }

  /** Its bytes. */
  public byte[] content() {
    try (@Nullable InputStream stream = Page.class.getClassLoader().getResourceAsStream(resource)) {
      if (stream == null) {
        throw new IllegalStateException("The class path lacks " + resource);
      }
      return stream.readAllBytes();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
