package dev.servicetokens.web.http;

import static org.assertj.core.api.Assertions.assertThat;

import dev.servicetokens.fixtures.Json;
import dev.servicetokens.fixtures.TestServer;
import dev.servicetokens.web.Release;
import java.net.http.HttpResponse;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class ServerControllerTest {

  private static TestServer server;
  private static String guest;

  @BeforeAll
  static void start() {
    server = TestServer.start();
    guest = server.api().createdWithRole(server.administrator(), "guest", "stackstate-guest");
  }

  @AfterAll
  static void stop() {
    server.close();
  }

  @Test
  void tellsThatItAnswers() {
    HttpResponse<String> answer = server.api().get("/api/server/status", guest);

    assertThat(answer.statusCode()).isEqualTo(200);
    assertThat(answer.body()).isEqualTo("{\"status\":\"OK\"}");
  }

  /** Existing clients stop below 5.0.0, at a pre-release, and at a value that they don't know. */
  @Test
  void speaksTheVersionThatExistingClientsLookFor() {
    HttpResponse<String> answer = server.api().get("/api/server/info", guest);

    assertThat(answer.statusCode()).isEqualTo(200);
    assertThat(Json.read(answer.body()))
        .isEqualTo(
            Json.read(
                """
                {
                  "version": {
                    "major": 5, "minor": 0, "patch": 0, "diff": "", "commit": "", "isDev": false
                  },
                  "deploymentMode": "SelfHosted",
                  "platformVersion": "%s",
                  "commit": "%s",
                  "commitDate": "%s",
                  "applicationDomains": ["Observability"]
                }
                """
                    .formatted(Release.version(), Release.commit(), Release.commitDate())));
  }

  @ParameterizedTest
  @ValueSource(strings = {"/api/server/status", "/api/server/info"})
  void answersHeadWithoutBody(String path) {
    assertThat(server.api().send("HEAD", path, guest).statusCode()).isEqualTo(200);
  }

  @ParameterizedTest
  @ValueSource(strings = {"/api/server/status", "/api/server/info"})
  void ignoresQuery(String path) {
    assertThat(server.api().get(path + "?x=%00&x=%3Cy%3E", guest).statusCode()).isEqualTo(200);
  }
}
