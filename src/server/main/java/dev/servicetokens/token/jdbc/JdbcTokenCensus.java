package dev.servicetokens.token.jdbc;

import dev.servicetokens.token.TokenCensus;
import dev.servicetokens.token.TokenCounts;
import io.micronaut.data.jdbc.runtime.JdbcOperations;
import io.micronaut.transaction.annotation.Transactional;
import jakarta.inject.Singleton;
import java.sql.ResultSet;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.Optional;

/** The last count in the one row of {@code service_token_count}. Thread-safe. */
@Singleton
class JdbcTokenCensus implements TokenCensus.Store {

  // The database's clock, because nodes' clocks differ. A node that dies while it counts has had
  // its turn; one that finds the row locked has come second.
  private static final String BEGIN =
      """
      UPDATE service_token_count
      SET begun_at = clock_timestamp()
      WHERE id = (
        SELECT id
        FROM service_token_count
        WHERE begun_at IS NULL
          OR begun_at < clock_timestamp() - greatest(interval '55 seconds', took * 100)
        FOR UPDATE SKIP LOCKED
      )
      """;

  // Whoever waits for a connection must not wait for this. A count that is given up has taken that
  // long, too, so that the next one is not soon.
  private static final String GIVE_UP = "SET LOCAL statement_timeout = '20s'";

  private static final String GIVEN_UP =
      """
      UPDATE service_token_count
      SET took = clock_timestamp() - begun_at
      WHERE id = 1
      """;

  // Three ranges of service_token_expires_at_idx, read without the table; ended tokens, of which
  // there may be any number, only where they have been used. A use goes with its token. It changes
  // nothing, because PostgreSQL lets several processes work at such a query only.
  private static final String COUNT =
      """
      SELECT (
        SELECT count(*)
        FROM service_token
        WHERE expires_at IS NULL
      ) AS without_end,
      (
        SELECT count(*)
        FROM service_token
        WHERE expires_at > ?
      ) AS with_end,
      (
        SELECT count(*)
        FROM service_token
        WHERE expires_at > ?
          AND expires_at < ?
      ) AS expiring,
      (
        SELECT count(*)
        FROM service_token_use
      ) AS used,
      (
        SELECT count(*)
        FROM service_token AS ended
        JOIN service_token_use AS used ON used.token_id = ended.id
        WHERE ended.expires_at <= ?
      ) AS used_and_ended
      """;

  // A statement of its own: within the one that counts, the clock would be read before.
  private static final String KEEP =
      """
      UPDATE service_token_count
      SET took = clock_timestamp() - begun_at,
          counted_at = clock_timestamp(),
          live = ?,
          expiring = ?,
          without_end = ?,
          never_used = ?
      WHERE id = 1
      """;

  private static final String LAST =
      """
      SELECT live,
             expiring,
             without_end,
             never_used,
             extract(epoch FROM clock_timestamp() - counted_at) AS age
      FROM service_token_count
      WHERE counted_at IS NOT NULL
      """;

  private final JdbcOperations jdbc;

  JdbcTokenCensus(JdbcOperations jdbc) {
    this.jdbc = jdbc;
  }

  @Override
  @Transactional
  public boolean begin() {
    return jdbc.prepareStatement(BEGIN, statement -> statement.executeUpdate()) == 1;
  }

  @Override
  @Transactional
  public void count(Instant now, Instant soon) {
    jdbc.prepareStatement(GIVE_UP, statement -> statement.execute());
    Counted counted =
        jdbc.prepareStatement(
            COUNT,
            statement -> {
              statement.setObject(1, now.atOffset(ZoneOffset.UTC));
              statement.setObject(2, now.atOffset(ZoneOffset.UTC));
              statement.setObject(3, soon.atOffset(ZoneOffset.UTC));
              statement.setObject(4, now.atOffset(ZoneOffset.UTC));
              try (ResultSet row = statement.executeQuery()) {
                row.next();
                return new Counted(
                    row.getLong("without_end"),
                    row.getLong("with_end"),
                    row.getLong("expiring"),
                    row.getLong("used") - row.getLong("used_and_ended"));
              }
            });
    jdbc.prepareStatement(
        KEEP,
        statement -> {
          statement.setLong(1, counted.live());
          statement.setLong(2, counted.expiring());
          statement.setLong(3, counted.withoutEnd());
          statement.setLong(4, Math.max(0, counted.live() - counted.usedAndLive()));
          return statement.executeUpdate();
        });
  }

  /** What was counted, each at a moment of its own. */
  private record Counted(long withoutEnd, long withEnd, long expiring, long usedAndLive) {
    long live() {
      return withoutEnd + withEnd;
    }
  }

  @Override
  @Transactional
  public void giveUp() {
    jdbc.prepareStatement(GIVEN_UP, statement -> statement.executeUpdate());
  }

  @Override
  @Transactional
  public Optional<TokenCounts> last() {
    return jdbc.prepareStatement(
        LAST,
        statement -> {
          try (ResultSet row = statement.executeQuery()) {
            return row.next()
                ? Optional.of(
                    new TokenCounts(
                        row.getLong("live"),
                        row.getLong("expiring"),
                        row.getLong("without_end"),
                        row.getLong("never_used"),
                        row.getDouble("age")))
                : Optional.empty();
          }
        });
  }
}
