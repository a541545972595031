package dev.servicetokens.web.documentation;

import jakarta.inject.Singleton;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.Map;
import java.util.Optional;
import java.util.Properties;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/**
 * The files of which the documentation consists, by name. All lie on the class path, and only those
 * that are listed here can be had, whatever name somebody asks for. Each is read when it is first
 * wanted and then kept. Thread-safe; may block.
 */
@Singleton
public final class DocumentationFiles {

  /** The page that loads the others. */
  public static final String PAGE = "index.html";

  /** The contract itself. */
  public static final String CONTRACT = "openapi.yaml";

  private static final String HTML = "text/html; charset=utf-8";
  private static final String SCRIPT = "text/javascript; charset=utf-8";
  private static final String STYLE = "text/css; charset=utf-8";
  private static final String WEBJAR = "META-INF/maven/org.webjars/swagger-ui/pom.properties";

  private static final Map<String, Source> SOURCES =
      Map.of(
          PAGE,
          ours(PAGE, HTML),
          "start.js",
          ours("start.js", SCRIPT),
          "page.css",
          ours("page.css", STYLE),
          CONTRACT,
          new Source(Place.CONTRACT, CONTRACT, "application/yaml"),
          "swagger-ui.css",
          swaggerUi("swagger-ui.css", STYLE),
          "swagger-ui-bundle.js",
          swaggerUi("swagger-ui-bundle.js", SCRIPT),
          "favicon-32x32.png",
          swaggerUi("favicon-32x32.png", "image/png"));

  private final Map<String, DocumentationFile> read = new ConcurrentHashMap<>();

  /** Returns the file of that name; empty if it is none of ours. */
  public Optional<DocumentationFile> find(String name) {
    return Optional.ofNullable(SOURCES.get(name))
        .map(source -> read.computeIfAbsent(name, ignored -> source.read()));
  }

  private enum Place {
    OURS,
    CONTRACT,
    SWAGGER_UI
  }

  private record Source(Place place, String name, String mediaType) {

    DocumentationFile read() {
      String folder =
          switch (place) {
            case OURS -> "documentation/";
            case CONTRACT -> "api/";
            case SWAGGER_UI -> "META-INF/resources/webjars/swagger-ui/" + swaggerUiVersion() + "/";
          };
      return DocumentationFile.of(mediaType, bytes(folder + name));
    }
  }

  private static Source ours(String name, String mediaType) {
    return new Source(Place.OURS, name, mediaType);
  }

  private static Source swaggerUi(String name, String mediaType) {
    return new Source(Place.SWAGGER_UI, name, mediaType);
  }

  /** Reads the version from the webjar, so that the build alone decides which one it is. */
  private static String swaggerUiVersion() {
    try (InputStream stream = open(WEBJAR)) {
      Properties properties = new Properties();
      properties.load(stream);
      return properties.getProperty("version", "");
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static byte[] bytes(String resource) {
    try (InputStream stream = open(resource)) {
      return stream.readAllBytes();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static InputStream open(String resource) {
    @Nullable InputStream stream =
        DocumentationFiles.class.getClassLoader().getResourceAsStream(resource);
    if (stream == null) {
      throw new IllegalStateException("The class path lacks " + resource);
    }
    return stream;
  }
}
