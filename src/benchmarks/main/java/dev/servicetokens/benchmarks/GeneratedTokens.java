package dev.servicetokens.benchmarks;

import dev.servicetokens.token.TokenDigest;
import dev.servicetokens.token.TokenString;
import java.time.Instant;
import java.util.HexFormat;

/**
 * The generated data set: what its number says of each token, so that a benchmark knows the token
 * strings of a working set and nobody has to keep them. Everybody else knows them, too: they must
 * never be live on a server that protects something. Stateless.
 */
final class GeneratedTokens {

  /** How many there can be. */
  static final int MOST = 10_000_000;

  /** How many subjects their roles name, besides three predefined ones. */
  static final int SUBJECTS = 100;

  private static final long SEED = 0x5eed_2026_1124L;
  private static final long FIRST_ID = 100_000_000_000_000L;
  private static final long IDS = 900_000_000_000_000L;

  // Shares no divisor with the number of ids, so no id comes twice; neighbours lie far apart, as
  // random ones do.
  private static final long ID_STEP = 617_283_945_101L;

  private static final String[] PREDEFINED = {
    "stackstate-power-user", "stackstate-k8s-troubleshooter", "stackstate-guest"
  };
  private static final Instant FIRST_CREATED = Instant.parse("2025-01-01T00:00:00Z");
  private static final int SECONDS_BETWEEN = 3;
  private static final int CREATORS = 50;

  private GeneratedTokens() {}

  /** The token string of a number from 0. */
  static TokenString tokenString(int number) {
    return TokenString.generate(new RepeatableRandom(SEED + number));
  }

  /** Its token's id. */
  static long id(int number) {
    return FIRST_ID + Math.multiplyExact(number, ID_STEP) % IDS;
  }

  /** The handle of a subject from 0. */
  static String subject(int number) {
    return "generated-role-%02d".formatted(number);
  }

  /** Appends a line of COPY for {@link #TOKEN_COLUMNS}. */
  static void appendToken(StringBuilder line, int number) {
    String created = FIRST_CREATED.plusSeconds((long) number * SECONDS_BETWEEN).toString();
    long id = id(number);
    // Named by its id: the order of names is not the order in which rows were stored.
    line.append(id).append("\tgenerated-").append(id).append("\t\\N\t{");
    line.append(PREDEFINED[number % PREDEFINED.length]);
    if (number % 2 == 0) {
      line.append(',').append(subject(number % SUBJECTS));
    }
    line.append("}\t").append(number % 4 == 0 ? "2100-01-01T00:00:00Z" : "\\N").append("\t\\N\t");
    line.append(FIRST_ID + number % CREATORS).append("\tgenerated-creator-");
    line.append(number % CREATORS).append('\t');
    line.append(created).append('\t').append(created).append('\n');
  }

  /** The columns of {@code service_token} that {@link #appendToken} has values for. */
  static final String TOKEN_COLUMNS =
      """
      (
        id,
        name,
        description,
        roles,
        expires_at,
        dedicated_subject,
        creator_id,
        creator_name,
        created_at,
        updated_at
      )
      """;

  /** The columns of {@code service_token_secret} that {@link #appendSecret} has values for. */
  static final String SECRET_COLUMNS = "(digest, token_id, created_at)";

  /** Appends a line of COPY for {@link #SECRET_COLUMNS}. */
  static void appendSecret(StringBuilder line, int number) {
    byte[] digest = TokenDigest.of(tokenString(number)).toBytes();
    line.append("\\\\x").append(HexFormat.of().formatHex(digest)).append('\t');
    line.append(id(number)).append('\t');
    line.append(FIRST_CREATED.plusSeconds((long) number * SECONDS_BETWEEN)).append('\n');
  }
}
