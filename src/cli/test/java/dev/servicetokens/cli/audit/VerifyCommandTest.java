package dev.servicetokens.cli.audit;

import static org.assertj.core.api.Assertions.assertThat;

import dev.servicetokens.cli.fixtures.FakeServer;
import dev.servicetokens.cli.fixtures.Shell;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class VerifyCommandTest {

  private static final String GET = "GET /api/audit/verification";

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
  void checksPageAfterPage() {
    server.answers(
        GET,
        200,
        """
        {"intact":true,"complete":false,"checkedEvents":10000,"unsealedEvents":1,
         "lastSequenceNumber":10000,"lastHash":"aa"}
        """);
    server.answers(
        GET + "?after=10000",
        200,
        """
        {"intact":true,"complete":true,"checkedEvents":234,"unsealedEvents":2,
         "lastSequenceNumber":10234,"lastHash":"bb"}
        """);

    assertThat(shell.sts("audit", "verify"))
        .isEqualTo(
            new Shell.Result(
                0,
                """
                ✅ All audit events are as they were sealed
                Checked events: 10234
                Not sealed yet: 2
                Last hash: bb
                """,
                ""));
    assertThat(shell.sts("audit", "verify", "-o", "json").out())
        .isEqualTo(
            """
            {
              "checked-events": 10234,
              "intact": true,
              "last-hash": "bb",
              "last-sequence-number": 10234,
              "unsealed-events": 2
            }
            """);
    assertThat(shell.onTerminal().sts("audit", "verify").complaint())
        .isEqualTo("\r\u001b[KChecked 10000 events\r\u001b[K");
  }

  @Test
  void checksAnEmptyChain() {
    server.answers(
        GET, 200, "{\"intact\":true,\"complete\":true,\"checkedEvents\":0,\"unsealedEvents\":0}");

    assertThat(shell.sts("audit", "verify").out())
        .endsWith("Checked events: 0\nNot sealed yet: 0\n");
    assertThat(shell.onTerminal().sts("audit", "verify").complaint()).isEmpty();
  }

  @Test
  void namesTheFirstBrokenEvent() {
    server.answers(
        GET,
        200,
        """
        {"intact":false,"complete":true,"checkedEvents":12,"unsealedEvents":0,
         "lastSequenceNumber":11,"lastHash":"aa","firstBrokenEvent":77,
         "problem":"It was deleted."}
        """);

    assertThat(shell.sts("audit", "verify"))
        .isEqualTo(
            new Shell.Result(
                3, "", "❌ The first broken event is 77. It was deleted. Events checked: 12\n"));
  }

  @Test
  void saysWhatIsWrongWithTheChainItself() {
    server.answers(
        GET,
        200,
        """
        {"intact":false,"complete":true,"checkedEvents":0,"unsealedEvents":0,
         "problem":"Events were removed\\u001b[2J."}
        """);

    assertThat(shell.sts("audit", "verify").complaint())
        .isEqualTo(
            "❌ The chain of audit events is broken. Events were removed\ufffd[2J."
                + " Events checked: 0\n");
  }

  /** A server that never ends must not keep the command for ever. */
  @Test
  void endsWhereTheServerDoesNotGoOn() {
    server.answers(
        GET,
        200,
        """
        {"intact":true,"complete":false,"checkedEvents":1,"unsealedEvents":0,
         "lastSequenceNumber":7,"lastHash":"aa"}
        """);

    assertThat(shell.sts("audit", "verify").exitCode()).isEqualTo(3);
  }

  @Test
  void printsRefusal() {
    server.refuses(GET, 403, "It lacks get-audit-events.");

    assertThat(shell.sts("audit", "verify").complaint()).startsWith("❌ 403 Forbidden\nIt lacks");
  }
}
