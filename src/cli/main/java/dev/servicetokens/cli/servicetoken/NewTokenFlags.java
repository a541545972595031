package dev.servicetokens.cli.servicetoken;

import dev.servicetokens.cli.command.Session;
import dev.servicetokens.cli.failure.UsageFailure;
import java.time.Instant;
import java.util.Map;
import java.util.OptionalLong;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/**
 * How a new token string is handed over: printed with words or alone, for a shell, or in a file.
 */
final class NewTokenFlags {

  @Option(
      names = {"-q", "--quiet"},
      description = "Print the token alone")
  private boolean quiet;

  @Option(
      names = "--output-file",
      paramLabel = "file",
      description = "Put the token into a file that only you may read, instead of printing it")
  private String file = "";

  /** Whether people get the token string alone. */
  boolean quiet() {
    return quiet;
  }

  /** Where the token string goes; empty if it is to be printed. */
  String file() {
    return file;
  }

  /**
   * Prepares the file, before there is a token string to lose.
   *
   * @throws UsageFailure if two ways to print it are given
   * @throws dev.servicetokens.cli.failure.CommandFailure if the file cannot be written
   */
  TokenFile prepare(Session session) {
    if (quiet && (session.printer().json() || session.printer().shell())) {
      throw new UsageFailure("-q prints the token alone; give it or -o, not both");
    }
    return TokenFile.of(file);
  }

  /** Puts the token string into its file, if it goes into one. */
  void fill(TokenFile prepared, Session session, String token, String shellLines, String ifLost) {
    if (!file.isEmpty()) {
      prepared.become(session.printer().shell() ? shellLines : token + "\n", ifLost);
    }
  }

  /** Lines that a shell reads. None of the values has a character that means something to it. */
  static String shellLines(String token, OptionalLong id, @Nullable Long expiration) {
    StringBuilder lines = new StringBuilder("SERVICE_TOKEN=" + token + "\n");
    if (id.isPresent()) {
      lines.append("SERVICE_TOKEN_ID=").append(id.getAsLong()).append('\n');
    }
    if (expiration != null) {
      lines
          .append("SERVICE_TOKEN_EXPIRATION=")
          .append(Instant.ofEpochMilli(expiration))
          .append('\n');
    }
    return lines.toString();
  }

  /** Tells in JSON's fields the token string, or where it is, and when the token ends. */
  void tell(Map<String, Object> fields, String token, @Nullable Long expiration) {
    if (file.isEmpty()) {
      fields.put("token", token);
    } else {
      fields.put("file", file);
    }
    if (expiration != null) {
      fields.put("expiration", expiration);
    }
  }
}
