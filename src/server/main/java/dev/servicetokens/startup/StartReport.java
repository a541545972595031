package dev.servicetokens.startup;

import dev.servicetokens.startup.AdministratorTokenNotice.Notice;
import java.nio.file.Path;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.Locale;
import java.util.Optional;

/**
 * What a person reads once the server listens: where it is and what to try.
 *
 * @param host what the server listens on
 * @param port the port that it really has
 * @param notice where an administrator token lies, if one was written; never the token itself
 */
public record StartReport(String host, int port, Optional<Notice> notice) {
  private static final DateTimeFormatter UTC_MINUTE =
      DateTimeFormatter.ofPattern("yyyy-MM-dd HH:mm 'UTC'", Locale.ROOT).withZone(ZoneOffset.UTC);

  /** Returns the report, with a line end. */
  public String text() {
    StringBuilder text = new StringBuilder("\nService Tokens is ready.\n\n");
    line(text, "Address", url());
    line(text, "Swagger UI", url() + "/docs");
    notice.ifPresent(token -> tokenLines(text, token.file(), token.expiresAt()));
    return text.append("\nCtrl-C ends it.\n\n").toString();
  }

  private void tokenLines(StringBuilder text, Path file, Instant expiresAt) {
    line(text, "Admin token", "%s (ends %s)".formatted(file, UTC_MINUTE.format(expiresAt)));
    String token = "\"$(cat " + quoted(file) + ")\"";
    text.append("\n  Try next, in another terminal:\n");
    text.append(
        "    curl -H \"X-API-Key: $(cat %s)\" %s/api/server/status%n"
            .formatted(quoted(file), url()));
    text.append(
        "    STS_CLI_URL=%s STS_CLI_SERVICE_TOKEN=%s ./sts service-token list%n"
            .formatted(url(), token));
  }

  private static void line(StringBuilder text, String name, String value) {
    text.append("  %-13s%s%n".formatted(name, value));
  }

  private String url() {
    boolean everywhere = host.equals("0.0.0.0") || host.equals("::");
    String name = everywhere || host.equals("127.0.0.1") || host.equals("::1") ? "localhost" : host;
    return "http://" + (name.contains(":") ? "[" + name + "]" : name) + ":" + port;
  }

  private static String quoted(Path file) {
    return "'" + file.toString().replace("'", "'\\''") + "'";
  }
}
