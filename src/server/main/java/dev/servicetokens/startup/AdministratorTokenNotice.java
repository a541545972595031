package dev.servicetokens.startup;

import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/** Says how somebody gets in, for the report after a start. No text of it has a token. */
public interface AdministratorTokenNotice {

  /** Returns where a live token lies and when it ends; empty when there is none to point at. */
  Optional<Notice> notice();

  /** Returns what keeps people out, and what to do; each of one or more lines. */
  List<String> warnings();

  /**
   * A token that lies in a file.
   *
   * @param file holds the token string and a newline, readable by its owner only
   * @param expiresAt the first instant at which it no longer works
   */
  record Notice(Path file, Instant expiresAt) {}
}
