package dev.servicetokens.cli.product;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.servicetokens.cli.product.PageShell.Run;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * The unit is one that systemd understands and finds well closed, and the server says that it is
 * ready in the way that the unit waits for. Without systemd's programs it is skipped, but not where
 * {@code CI=true}.
 */
final class SystemdUnitIT {
  private static final Path UNITS = Readme.TOP.resolve("src/deploy/systemd");
  private static final double MOST_EXPOSED = 2.0;

  @TempDir private Path folder;
  private PageShell shell;

  @BeforeEach
  void needSystemd() throws Exception {
    shell = new PageShell(Files.createDirectories(folder.resolve("home")));
    boolean isThere =
        shell.tryTo("command -v systemd-analyze systemd-notify python3").exitCode() == 0;
    if (Boolean.parseBoolean(System.getenv("CI"))) {
      assertThat(isThere).as("systemd-analyze, systemd-notify and python3 are there").isTrue();
    }
    assumeTrue(isThere, "systemd is not installed");
  }

  @Test
  void isUnderstoodAndWellClosed() throws Exception {
    shell
        .with("UNITS", UNITS.toString())
        .run(
            """
            cp -R "$UNITS" units
            sed -i "s|/opt/service-tokens/bin/sts|$HOME/bin/sts|" units/service-tokens.service
            """);
    Run verified = shell.tryTo("systemd-analyze verify --man=no units/service-tokens.service");
    assertThat(verified.exitCode()).as(verified.err()).isZero();
    assertThat(verified.err()).doesNotContain("service-tokens");

    String report =
        shell.run(
            "systemd-analyze security --no-pager --offline=true units/service-tokens.service");
    Matcher exposure = Pattern.compile("exposure level for .*: ([0-9.]+)").matcher(report);
    assertThat(exposure.find()).as(report).isTrue();
    assertThat(Double.parseDouble(exposure.group(1))).isLessThan(MOST_EXPOSED);
  }

  /** A name that systemd or the server does not know would be ignored, or stop the start. */
  @Test
  void handsSecretsOverAsFiles() throws Exception {
    List<String> lines = Files.readAllLines(UNITS.resolve("service-tokens.service.d/secrets.conf"));
    assertThat(lines)
        .contains(
            "LoadCredential=database-password:/etc/service-tokens/database-password",
            "Environment=DATASOURCES_DEFAULT_PASSWORD_FILE=%d/database-password");
    assertThat(String.join("\n", lines)).doesNotContain("_PASSWORD=", "_TOKEN=");
  }

  @Test
  void isToldWhenTheServerIsReady() throws Exception {
    // As systemd does: the barrier of systemd-notify ends when what it sent is closed.
    shell.run(
        """
        cat >listen.py <<'END'
        import array, os, socket
        s = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
        s.bind('notify')
        open('listening', 'w').close()
        while True:
            data, ancillary, _, _ = s.recvmsg(4096, 1024)
            with open('told', 'ab') as f:
                f.write(data + b'\\n')
            for level, kind, fds in ancillary:
                if kind == socket.SCM_RIGHTS:
                    for fd in array.array('i', fds[:len(fds) // 4 * 4]):
                        os.close(fd)
            if b'BARRIER=1' in data:
                break
        END
        """);
    try (PageShell server =
        new PageShell(folder.resolve("home"))
            .with("MICRONAUT_SERVER_PORT", "-1")
            .with("NOTIFY_SOCKET", folder.resolve("home/notify").toString())) {
      Run told =
          server.tryTo(
              """
              python3 listen.py & listener=$!
              while [ ! -e listening ]; do kill -0 "$listener"; done
              sts serve >out 2>err & server=$!
              wait "$listener"
              cat out told err
              kill "$server"
              wait "$server" || echo "ended with $?"
              """);
      assertThat(told.out()).contains("Service Tokens is ready.", "READY=1", "ended with 143");
      assertThat(told.out()).doesNotContain("WARN");
    }
  }
}
