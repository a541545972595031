package dev.servicetokens.startup;

import dev.servicetokens.startup.AdministratorTokenNotice.Notice;
import java.util.Optional;

/** What a person reads once the server listens. */
public record StartReport(String host, int port, Optional<Notice> notice) {

  /** Returns the report, with a line end. */
  public String text() {
    return "Service Tokens listens on http://" + host + ":" + port + "\n";
  }
}
