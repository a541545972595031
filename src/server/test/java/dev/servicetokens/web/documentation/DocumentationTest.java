package dev.servicetokens.web.documentation;

import static org.assertj.core.api.Assertions.assertThat;

import dev.servicetokens.fixtures.TestServer;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The documentation over HTTP, without a token. */
final class DocumentationTest {

  private static TestServer server;

  @BeforeAll
  static void start() {
    server = TestServer.start();
  }

  @AfterAll
  static void stop() {
    server.close();
  }

  @ParameterizedTest
  @CsvSource({
    "/docs,text/html; charset=utf-8",
    "/docs/start.js,text/javascript; charset=utf-8",
    "/docs/page.css,text/css; charset=utf-8",
    "/docs/swagger-ui.css,text/css; charset=utf-8",
    "/docs/swagger-ui-bundle.js,text/javascript; charset=utf-8",
    "/docs/favicon-32x32.png,image/png",
    "/api/openapi.yaml,application/yaml"
  })
  void servesFilesOfThisServerOnly(String path, String mediaType) {
    HttpResponse<String> response = get(path);
    assertThat(response.statusCode()).isEqualTo(200);
    assertThat(header(response, "Content-Type")).isEqualTo(mediaType);
    assertThat(header(response, "X-Content-Type-Options")).isEqualTo("nosniff");
    assertThat(header(response, "Content-Security-Policy"))
        .contains("default-src 'none'", "script-src 'self'", "frame-ancestors 'none'")
        .doesNotContain("unsafe", "*", "http");
  }

  @Test
  void servesTheContractItself() throws Exception {
    assertThat(get("/api/openapi.yaml").body())
        .isEqualTo(Files.readString(Path.of("..", "..", "api", "openapi.yaml")));
  }

  @ParameterizedTest
  @ValueSource(strings = {"/docs", "/docs/swagger-ui-bundle.js", "/api/openapi.yaml"})
  void sendsNothingAgainThatHasNotChanged(String path) {
    String tag = header(get(path), "ETag");
    for (String known : new String[] {tag, "W/" + tag, "\"another\", " + tag}) {
      HttpResponse<String> response = get(path, known);
      assertThat(response.statusCode()).isEqualTo(304);
      assertThat(response.body()).isEmpty();
      assertThat(header(response, "ETag")).isEqualTo(tag);
    }
    assertThat(get(path, "\"another\"").statusCode()).isEqualTo(200);
  }

  @ParameterizedTest
  @CsvSource({"/,docs", "/docs/,../docs", "/docs/index.html,../docs"})
  void leadsToThePageWhateverPathAProxyPutsInFront(String path, String location) {
    HttpResponse<String> response = get(path);
    assertThat(response.statusCode()).isEqualTo(303);
    assertThat(header(response, "Location")).isEqualTo(location);
  }

  /** Guards the class path, on which the configuration lies beside the page. */
  @ParameterizedTest
  @ValueSource(
      strings = {
        "/docs/none.js",
        "/docs/..%2fapplication.yml",
        "/docs/..%2F..%2Flogback.xml",
        "/docs/%2e%2e%2fapplication.yml",
        "/docs/documentation%2findex.html",
        "/docs/swagger-ui-bundle.js%00.css"
      })
  void hasNoOtherFiles(String path) {
    assertThat(get(path).statusCode()).isEqualTo(404);
  }

  private static HttpResponse<String> get(String path) {
    return server.api().send(server.api().request("GET", path).build());
  }

  private static HttpResponse<String> get(String path, String knownTag) {
    return server
        .api()
        .send(server.api().request("GET", path).header("If-None-Match", knownTag).build());
  }

  private static String header(HttpResponse<String> response, String name) {
    return response.headers().firstValue(name).orElse("");
  }
}
