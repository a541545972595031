package dev.servicetokens.cli.servicetoken;

import static org.assertj.core.api.Assertions.assertThat;

import dev.servicetokens.cli.fixtures.FakeServer;
import dev.servicetokens.cli.fixtures.Shell;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class DescribeCommandTest {

  private static final String GET = "GET /api/security/tokens/107484341630693";

  @TempDir Path home;
  private FakeServer server;
  private Shell shell;

  @BeforeEach
  void startServer() {
    server = FakeServer.start();
    shell = new Shell(home).at(server);
  }

  @AfterEach
  void stopServer() {
    server.close();
  }

  @Test
  void printsAFieldALine() {
    server.answers(
        GET,
        200,
        """
        {"id":107484341630693,"lastUpdateTimestamp":1000,"name":"ci\\u001b[2J","roles":["a","b"],
         "description":"two\\nlines\\tand a tab","expiration":1801353600000,
         "dedicatedSubject":"s","creationTimestamp":0,"creatorId":7,"creatorName":"root",
         "lastUsedTimestamp":2000,"lastUsedAddress":"2001:db8::1","lastUsedApplication":"orders",
         "useCount":3}
        """);

    assertThat(shell.sts("service-token", "describe", "107484341630693"))
        .isEqualTo(
            new Shell.Result(
                0,
                """
                ID: 107484341630693
                Name: ci\ufffd[2J
                Description: two lines and a tab
                Expiration: 2027-01-31 UTC
                Roles: a, b
                Dedicated subject: s
                Created: 1970-01-01 00:00:00 UTC
                Creator: root (7)
                Last update: 1970-01-01 00:00:01 UTC
                Last used: 1970-01-01 00:00:02 UTC from 2001:db8::1 by orders, 3 in all
                """,
                ""));
  }

  /** A proxy that is not trusted may have asked. */
  @Test
  void leavesOutTheAddressThatNobodyKnows() {
    server.answers(
        GET,
        200,
        "{\"id\":107484341630693,\"lastUpdateTimestamp\":0,\"name\":\"ci\",\"roles\":[\"a\"],\"lastUsedTimestamp\":2000,\"useCount\":3}");

    assertThat(shell.sts("service-token", "describe", "107484341630693").out())
        .contains("Last used: 1970-01-01 00:00:02 UTC, 3 in all\n");
  }

  @Test
  void leavesOutWhatThereIsNot() {
    server.answers(
        GET,
        200,
        "{\"id\":107484341630693,\"lastUpdateTimestamp\":0,\"name\":\"ci\",\"roles\":[\"a\"]}");

    assertThat(shell.sts("service-token", "describe", "--id", "107484341630693").out())
        .isEqualTo(
            """
            ID: 107484341630693
            Name: ci
            Expiration: never
            Roles: a
            Last update: 1970-01-01 00:00:00 UTC
            Last used: never
            """);
    assertThat(shell.sts("service-token", "describe", "107484341630693", "-o", "json").out())
        .isEqualTo(
            """
            {
              "service-token": {
                "id": 107484341630693,
                "lastUpdateTimestamp": 0,
                "name": "ci",
                "roles": [
                  "a"
                ]
              }
            }
            """);
  }

  @Test
  void printsRefusal() {
    server.refuses(GET, 404, "There is no token with this id.");

    assertThat(shell.sts("service-token", "describe", "107484341630693"))
        .isEqualTo(
            new Shell.Result(
                3, "", "❌ 404 Not Found\nThere is no token with this id.\nTracking key: key-1\n"));
    assertThat(shell.sts("service-token", "describe").complaint())
        .startsWith("❌ Which service token?");
  }
}
