package dev.servicetokens.authentication;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.servicetokens.fixtures.Access;
import dev.servicetokens.fixtures.RawConnection;
import dev.servicetokens.fixtures.RawConnection.Answer;
import dev.servicetokens.fixtures.TestServer;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * A caller sends the rest of its request, and takes its time over the body. What it may when the
 * body is there decides, or a deleted token would be good for half a minute more.
 */
final class LateBodyTest {

  private static TestServer server;
  private static Access administrator;

  @BeforeAll
  static void start() {
    server = TestServer.start();
    administrator = new Access(server.api(), server.administrator());
  }

  @AfterAll
  static void stop() {
    server.close();
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      textBlock =
          """
          verifications | application/json | {"tokens":["any"]}
          kubernetes/token-review | application/json | {"apiVersion":"authentication.k8s.io/v1","kind":"TokenReview","spec":{"token":"any"}}
          oauth2/introspect | application/x-www-form-urlencoded | token=any
          """)
  void refusesWhoMayNoMoreWhenTheBodyIsThere(String path, String mediaType, String body) {
    String subject = administrator.subjectWith("verify-service-tokens");
    String name = "late " + path;
    String caller = server.api().createdWithRole(administrator.token(), name, subject);
    String id = server.api().idOf(administrator.token(), name);

    try (RawConnection patient = begin(path, mediaType, body, caller);
        RawConnection deprived = begin(path, mediaType, body, caller);
        RawConnection deleted = begin(path, mediaType, body, caller)) {
      assertThat(patient.send(body).read().status()).isEqualTo(200);

      assertThat(administrator.revoke(subject, "verify-service-tokens", "system").statusCode())
          .isEqualTo(200);
      assertThat(deprived.send(body).read().status()).isEqualTo(403);

      assertThat(server.api().delete(administrator.token(), id).statusCode()).isEqualTo(204);
      Answer answer = deleted.send(body).read();
      assertThat(answer.status()).isEqualTo(401);
      assertThat(answer.header("www-authenticate")).isNotEmpty();
    }
  }

  /** All but the body, when the server has said that it wants that now. */
  private static RawConnection begin(String path, String mediaType, String body, String caller) {
    RawConnection connection =
        RawConnection.to(server.uri())
            .send(
                "POST /api/%s HTTP/1.1\r\nHost: a\r\nX-API-Key: %s\r\nContent-Type: %s\r\nExpect: 100-continue\r\nContent-Length: %d\r\n\r\n"
                    .formatted(path, caller, mediaType, body.length()));
    await().until(connection::hasAnswer);
    return connection;
  }
}
