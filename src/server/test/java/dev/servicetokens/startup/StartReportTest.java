package dev.servicetokens.startup;

import static org.assertj.core.api.Assertions.assertThat;

import dev.servicetokens.startup.AdministratorTokenNotice.Notice;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.UnknownHostException;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class StartReportTest {
  private static final Notice NOTICE =
      new Notice(Path.of("/home/ann/o'data/admin-token"), Instant.parse("2030-01-31T12:34:56Z"));

  @Test
  void saysWhereItIsAndWhatToTry() throws UnknownHostException {
    String text = report("127.0.0.1", "127.0.0.1", Optional.of(NOTICE));
    assertThat(text)
        .contains("  Address      http://localhost:8080\n")
        .contains("  Swagger UI   http://localhost:8080/docs\n")
        .contains("  Admin token  /home/ann/o'data/admin-token (ends 2030-01-31 12:34 UTC)\n")
        .contains(
            "curl -H \"X-API-Key: $(cat '/home/ann/o'\\''data/admin-token')\""
                + " http://localhost:8080/api/server/status\n")
        .contains(
            "STS_CLI_URL=http://localhost:8080"
                + " STS_CLI_SERVICE_TOKEN=\"$(cat '/home/ann/o'\\''data/admin-token')\""
                + " ./sts service-token list\n");
  }

  @Test
  void leavesOutTheTokenWhenThereIsNone() throws UnknownHostException {
    assertThat(report("127.0.0.1", "127.0.0.1", Optional.empty()))
        .contains("http://localhost:8080")
        .doesNotContain("token list")
        .doesNotContain("Admin");
  }

  /** Whoever opens it must see that it asks nobody for a token. */
  @Test
  void saysWhereTheManagementPortIs() throws UnknownHostException {
    assertThat(report("127.0.0.1", "127.0.0.1", Optional.empty()))
        .contains(
            "  Management   0.0.0.0:9090, every address of this machine (health and metrics, without a token)\n");
  }

  @Test
  void showsWarningsAsTheyAre() throws UnknownHostException {
    assertThat(report("127.0.0.1", "127.0.0.1", Optional.empty()))
        .contains("\n\n  Do\n    this\n\nCtrl-C ends it.\n");
  }

  /** What is printed is what is listened on; a wildcard must be seen to be one. */
  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "127.0.0.1 | 127.0.0.1 | http://localhost:8080 | 127.0.0.1:8080",
        "0.0.0.0 | 0.0.0.0 | http://localhost:8080 | 0.0.0.0:8080, every address of this machine",
        ":: | :: | http://localhost:8080 | [::]:8080, every address of this machine",
        "0 | 0.0.0.0 | http://localhost:8080 | 0:8080, every address of this machine",
        "tokens.example | 192.0.2.7 | http://tokens.example:8080 | 192.0.2.7:8080",
        "localhost | 127.0.0.1 | http://localhost:8080 | 127.0.0.1:8080",
        "::1 | ::1 | http://[::1]:8080 | [0:0:0:0:0:0:0:1]:8080",
        "127.0.0.2 | 127.0.0.2 | http://127.0.0.2:8080 | 127.0.0.2:8080",
        "fe80::2 | fe80::2 | http://[fe80::2]:8080 | [fe80:0:0:0:0:0:0:2]:8080",
      })
  void namesTheAddressThatIsListenedOn(String host, String bound, String url, String shown)
      throws UnknownHostException {
    assertThat(report(host, bound, Optional.empty()))
        .contains("  Address      " + url + "\n")
        .contains("  Listens on   " + shown + "\n");
  }

  private static String report(String host, String bound, Optional<Notice> notice)
      throws UnknownHostException {
    InetSocketAddress address = new InetSocketAddress(InetAddress.getByName(bound), 8080);
    return new StartReport(
            "http", host, List.of(address), management(), notice, List.of("Do\n  this"))
        .text();
  }

  private static Optional<InetSocketAddress> management() throws UnknownHostException {
    return Optional.of(new InetSocketAddress(InetAddress.getByName("0.0.0.0"), 9090));
  }
}
