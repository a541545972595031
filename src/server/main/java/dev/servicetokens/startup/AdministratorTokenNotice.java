package dev.servicetokens.startup;

import java.nio.file.Path;
import java.time.Instant;
import java.util.Optional;

/** Says where this server has written an administrator token, for the report after a start. */
public interface AdministratorTokenNotice {

  /** Returns where the token lies and when it ends; empty when there is none to point at. */
  Optional<Notice> notice();

  /**
   * A token that lies in a file.
   *
   * @param file holds the token string and a newline, readable by its owner only
   * @param expiresAt the first instant at which it no longer works
   */
  record Notice(Path file, Instant expiresAt) {}
}
