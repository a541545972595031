package dev.servicetokens.cli.servicetoken;

import static org.assertj.core.api.Assertions.assertThat;

import dev.servicetokens.cli.fixtures.FakeServer;
import dev.servicetokens.cli.fixtures.Shell;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class PolicyCommandTest {

  private static final String GET = "GET /api/security/policy";

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
  void saysThatNothingIsLimited() {
    server.answers(GET, 200, "{\"requireExpiration\":false,\"roles\":[]}");

    assertThat(shell.sts("service-token", "policy").out())
        .isEqualTo(
            """
            Default lifetime: the longest
            Longest lifetime: no limit
            An end must be given: no
            Unused ones are disabled after: never
            Disabled ones are deleted after: never
            """);
  }

  @Test
  void saysWhatIsLimitedInTheUnitsThatFlagsTake() {
    server.answers(
        GET,
        200,
        """
        {"requireExpiration":true,"defaultLifetime":"P90D","maximumLifetime":"PT36H",
         "disableUnusedAfter":"P180D","deleteDisabledAfter":"P1Y2M",
         "roles":[{"role":"ci-reader","maximumLifetime":"PT90S"}]}
        """);

    assertThat(shell.sts("service-token", "policy").out())
        .isEqualTo(
            """
            Default lifetime: 90d
            Longest lifetime: 36h
            An end must be given: yes
            Unused ones are disabled after: 180d
            Disabled ones are deleted after: P1Y2M

            ROLE      | LONGEST LIFETIME
            ci-reader | 90s
            """);
    assertThat(shell.sts("service-token", "policy", "-o", "json").out())
        .contains("\"policy\": {", "\"maximumLifetime\": \"PT36H\"", "\"role\": \"ci-reader\"");
  }
}
