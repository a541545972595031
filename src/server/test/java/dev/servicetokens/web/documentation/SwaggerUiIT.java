package dev.servicetokens.web.documentation;

import static org.assertj.core.api.Assertions.assertThat;

import dev.servicetokens.fixtures.PackagedServer;
import dev.servicetokens.web.documentation.SwaggerUiPage.Answer;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.openqa.selenium.chrome.ChromeDriver;

/** Swagger UI of the packaged server in a real browser. */
class SwaggerUiIT {
  @TempDir static Path folder;
  private static PackagedServer server;

  private ChromeDriver browser;
  private SwaggerUiPage page;

  @BeforeAll
  static void startServer() {
    server = PackagedServer.start(folder);
  }

  @AfterAll
  static void stopServer() {
    server.close();
  }

  @BeforeEach
  void openPage() {
    browser = Browser.start();
    page = SwaggerUiPage.open(browser, server.url().resolve("/docs"));
  }

  @AfterEach
  void quitBrowser() {
    if (browser != null) {
      browser.quit();
    }
  }

  @Test
  void executesOperationsWithXApiKey() throws IOException {
    page.picture("opened");
    page.authorize("ApiKeyHeader", administratorToken());
    assertOperationsWork();
  }

  @Test
  void executesOperationsWithAuthorization() throws IOException {
    page.authorize("ApiKeyAuthorization", "ApiKey " + administratorToken());
    assertOperationsWork();
  }

  /** A person pastes the token into the first box that there is. */
  @Test
  void asksForTheBareTokenFirst() {
    assertThat(page.firstScheme()).isEqualTo("ApiKeyHeader");
  }

  /** A proxy may serve it below a path of its own. */
  @Test
  void worksUnderASubPath() throws IOException {
    try (SubPathProxy proxy = SubPathProxy.start("/ours/tokens", server.url())) {
      page = SwaggerUiPage.open(browser, proxy.url().resolve("docs"));
      page.authorize("ApiKeyHeader", administratorToken());
      assertThat(page.execute("getServerStatus").status()).isEqualTo(200);
      page.picture("sub-path");
      assertThat(page.requests())
          .isNotEmpty()
          .allMatch(address -> address.startsWith(proxy.url().toString()));
    }
  }

  @Test
  void isRefusedBeforeItIsAuthorized() {
    Answer answer = page.execute("getServerStatus");
    page.picture("refused");
    assertThat(answer.status()).isEqualTo(401);
    assertThat(answer.body()).contains("Authentication needed");
    assertNothingFromElsewhere();
    assertThat(page.complaints())
        .allMatch(text -> text.contains("/api/server/status") && text.contains("401"));
  }

  private void assertOperationsWork() {
    Answer status = page.execute("getServerStatus");
    assertThat(status.status()).isEqualTo(200);
    assertThat(status.body()).contains("\"status\": \"OK\"");
    Answer created = page.execute("createServiceToken");
    page.picture("created");
    assertThat(created.status()).isEqualTo(200);
    assertThat(created.body()).containsPattern("\"token\": \"svctok-[0-9A-Za-z]{38}\"");
    Answer listed = page.execute("listServiceTokens");
    page.picture("listed");
    assertThat(listed.status()).isEqualTo(200);
    Matcher id =
        Pattern.compile("\"id\": (\\d+),[^}]*\"name\": \"my-service-token\"")
            .matcher(listed.body());
    assertThat(id.find()).as(listed.body()).isTrue();
    page.fill("deleteServiceToken", "id", id.group(1));
    Answer deleted = page.execute("deleteServiceToken");
    page.picture("deleted");
    assertThat(deleted.status()).isEqualTo(204);
    assertThat(page.execute("check").status()).isEqualTo(200);
    assertThat(page.execute("verifyTokens").body()).contains("\"live\": false");
    assertThat(page.execute("reviewToken").body()).contains("\"authenticated\": false");
    page.picture("verified");
    assertNothingFromElsewhere();
    assertThat(page.complaints()).isEmpty();
  }

  private void assertNothingFromElsewhere() {
    assertThat(page.requests())
        .isNotEmpty()
        .allMatch(address -> address.startsWith(server.url() + "/"));
  }

  private static String administratorToken() throws IOException {
    return Files.readString(folder.resolve("admin-token")).strip();
  }
}
