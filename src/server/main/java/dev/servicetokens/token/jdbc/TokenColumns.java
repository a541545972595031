package dev.servicetokens.token.jdbc;

import dev.servicetokens.access.SubjectHandle;
import dev.servicetokens.token.Creator;
import dev.servicetokens.token.LastUse;
import dev.servicetokens.token.RateLimit;
import dev.servicetokens.token.ServiceToken;
import dev.servicetokens.token.TokenBounds;
import dev.servicetokens.token.TokenId;
import java.sql.Array;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * The columns of a token: their only list, and how a token is written to them and read from them.
 * Both go by position, because the framework's mapping by name costs more than a whole query.
 */
final class TokenColumns {

  /** The columns that a creation fills, in the order of {@link #values} and {@link #read}. */
  static final String STORED =
      """
             id,
             name,
             description,
             roles,
             expires_at,
             dedicated_subject,
             enabled,
             allowed_cidrs,
             rate_limit,
             rate_limit_period_ms,
             maximum_uses,
             creator_id,
             creator_name,
             created_at,
             updated_at\
      """;

  /** Begins a statement whose rows {@link #read} takes: tokens, each with its last use, if any. */
  static final String SELECT =
      "SELECT\n"
          + STORED
          + """
            ,
                   last_used_at,
                   last_used_address,
                   last_used_application,
                   use_count,
                   uses
            FROM service_token
            LEFT JOIN service_token_use ON token_id = id
            """;

  private TokenColumns() {}

  /** What a token has in the columns of {@link #STORED}, to be bound. */
  static List<@Nullable Object> values(ServiceToken token) {
    SubjectHandle dedicated = token.dedicatedSubject();
    Creator creator = token.creator();
    TokenBounds bounds = token.bounds();
    RateLimit rate = bounds.rateLimit();
    return Arrays.asList(
        token.id().value(),
        token.name(),
        token.description(),
        texts(token.roles()),
        token.expiresAt(),
        dedicated == null ? null : dedicated.value(),
        bounds.enabled(),
        bounds.allowedCidrs().isEmpty() ? null : texts(bounds.allowedCidrs()),
        rate == null ? null : rate.limit(),
        rate == null ? null : rate.period().toMillis(),
        bounds.maximumUses(),
        creator == null ? null : creator.id().value(),
        creator == null ? null : creator.name(),
        token.createdAt(),
        token.updatedAt());
  }

  /** What a change of a token binds, in the order of {@code JdbcTokenRepository}'s statement. */
  static List<@Nullable Object> changed(ServiceToken token) {
    TokenBounds bounds = token.bounds();
    RateLimit rate = bounds.rateLimit();
    return Arrays.asList(
        token.name(),
        token.description(),
        texts(token.roles()),
        token.expiresAt(),
        bounds.enabled(),
        bounds.enabled(),
        token.updatedAt(),
        bounds.allowedCidrs().isEmpty() ? null : texts(bounds.allowedCidrs()),
        rate == null ? null : rate.limit(),
        rate == null ? null : rate.period().toMillis(),
        bounds.maximumUses(),
        token.updatedAt(),
        token.id().value());
  }

  private static String[] texts(List<?> values) {
    return values.stream().map(Object::toString).toArray(String[]::new);
  }

  private static TokenBounds bounds(ResultSet row) throws SQLException {
    Array cidrs = row.getArray(8);
    return TokenBounds.stored(
        row.getBoolean(7),
        cidrs == null ? null : List.of((String[]) cidrs.getArray()),
        row.getObject(9, Integer.class),
        row.getObject(10, Long.class),
        row.getObject(11, Long.class));
  }

  /** The token of the row on which the result stands. */
  static ServiceToken read(ResultSet row) throws SQLException {
    return new ServiceToken(
        new TokenId(row.getLong(1)),
        row.getString(2),
        row.getString(3),
        Stream.of((String[]) row.getArray(4).getArray()).map(SubjectHandle::new).toList(),
        instant(row, 5),
        dedicatedSubject(row.getString(6)),
        bounds(row),
        row.getLong(20),
        creator(row.getObject(12, Long.class), row.getString(13)),
        Objects.requireNonNull(instant(row, 14)),
        Objects.requireNonNull(instant(row, 15)),
        lastUse(
            instant(row, 16), row.getString(17), row.getString(18), row.getObject(19, Long.class)));
  }

  /** How many characters of text a row of that token has. */
  static int weight(ServiceToken token) {
    return values(token).stream().mapToInt(TokenColumns::length).sum();
  }

  /**
   * Binds values from the first parameter on: {@code null}, numbers, texts and bytes as they are,
   * instants as {@code timestamptz}, and an array of texts as {@code text[]}.
   */
  static void bind(PreparedStatement statement, List<? extends @Nullable Object> values)
      throws SQLException {
    int index = 1;
    for (@Nullable Object value : values) {
      statement.setObject(
          index++,
          switch (value) {
            case Instant instant -> instant.atOffset(ZoneOffset.UTC);
            case String[] texts -> statement.getConnection().createArrayOf("text", texts);
            case null, default -> value;
          });
    }
  }

  private static int length(@Nullable Object value) {
    return switch (value) {
      case String text -> text.length();
      case String[] texts -> Stream.of(texts).mapToInt(String::length).sum();
      case null, default -> 0;
    };
  }

  private static @Nullable Instant instant(ResultSet row, int column) throws SQLException {
    OffsetDateTime time = row.getObject(column, OffsetDateTime.class);
    return time == null ? null : time.toInstant();
  }

  private static @Nullable SubjectHandle dedicatedSubject(@Nullable String handle) {
    return handle == null ? null : new SubjectHandle(handle);
  }

  private static @Nullable Creator creator(@Nullable Long id, @Nullable String name) {
    return id == null || name == null ? null : new Creator(new TokenId(id), name);
  }

  private static @Nullable LastUse lastUse(
      @Nullable Instant at,
      @Nullable String address,
      @Nullable String application,
      @Nullable Long count) {
    return at == null || count == null ? null : new LastUse(at, address, application, count);
  }
}
