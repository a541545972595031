package dev.servicetokens.startup;

import static org.assertj.core.api.Assertions.assertThat;

import dev.servicetokens.startup.AdministratorTokenNotice.Notice;
import java.nio.file.Path;
import java.time.Instant;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class StartReportTest {
  private static final Notice NOTICE =
      new Notice(Path.of("/home/ann/o'data/admin-token"), Instant.parse("2030-01-31T12:34:56Z"));

  @Test
  void saysWhereItIsAndWhatToTry() {
    String text = new StartReport("127.0.0.1", 8080, Optional.of(NOTICE)).text();
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
  void leavesOutTheTokenWhenThereIsNone() {
    assertThat(new StartReport("127.0.0.1", 8080, Optional.empty()).text())
        .contains("http://localhost:8080")
        .doesNotContain("token list")
        .doesNotContain("Admin");
  }

  @ParameterizedTest
  @CsvSource({
    "0.0.0.0, http://localhost:8080",
    "::, http://localhost:8080",
    "tokens.example, http://tokens.example:8080",
    "fe80::2, http://[fe80::2]:8080",
  })
  void namesAnAddressThatABrowserCanOpen(String host, String url) {
    assertThat(new StartReport(host, 8080, Optional.empty()).text()).contains(url + "\n");
  }
}
