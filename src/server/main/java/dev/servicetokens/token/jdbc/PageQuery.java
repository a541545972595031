package dev.servicetokens.token.jdbc;

import dev.servicetokens.access.SubjectHandle;
import dev.servicetokens.token.NamePattern;
import dev.servicetokens.token.TokenFilter;
import dev.servicetokens.token.TokenFilter.Violation;
import dev.servicetokens.token.TokenId;
import dev.servicetokens.token.TokenPolicy;
import dev.servicetokens.token.TokenPosition;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.StringJoiner;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * The statement that reads a page: only the conditions that are asked for, so that the planner sees
 * which index serves them.
 *
 * @param sql the statement, whose conditions are fixed texts; what was asked for is bound
 * @param parameters what is bound, in order, as {@link TokenColumns#bind} takes it
 */
record PageQuery(String sql, List<Object> parameters) {

  private static final Pattern ID = Pattern.compile("[1-9][0-9]{14}");

  private static final String SELECT_POSITIONS =
      """
      SELECT id,
             name
      FROM service_token
      """;

  // Bytewise whatever the database's collation, and stable among equal names. Order, position and
  // names are those of service_token_name_idx, so that a page costs its own rows.
  private static final String IN_ORDER =
      """

      ORDER BY name COLLATE "C",
               id
      LIMIT ?
      """;

  // The same order, for which no index can be taken: the planner takes the role's index and sorts.
  private static final String SORTED =
      """

      ORDER BY (name || '') COLLATE "C",
               id
      LIMIT ?
      """;

  // The first difference is that of service_token_lifetime_idx. The secrets are looked at last, of
  // a
  // token that lives long enough by its own row.
  private static final String LIVES_LONGER =
      """
      (
            expires_at IS NULL
            OR (
              expires_at - created_at > ? * interval '1 millisecond'
              AND expires_at > (
                SELECT max(secret.created_at)
                FROM service_token_secret AS secret
                WHERE secret.token_id = service_token.id
              ) + ? * interval '1 millisecond'
            )
          )\
      """;

  /**
   * The statement for a page.
   *
   * @param isRareRole whether few tokens have the filter's role, though the planner thinks that
   *     many do
   */
  static PageQuery of(
      TokenFilter filter,
      @Nullable TokenPosition after,
      @Nullable TokenPosition until,
      int limit,
      boolean isRareRole) {
    return of(TokenColumns.SELECT, filter, after, until, limit, isRareRole);
  }

  /** The statement for the ids and names of a page. */
  static PageQuery ofPositions(
      TokenFilter filter, TokenPosition after, int limit, boolean isRareRole) {
    return of(SELECT_POSITIONS, filter, after, null, limit, isRareRole);
  }

  private static PageQuery of(
      String beginning,
      TokenFilter filter,
      @Nullable TokenPosition after,
      @Nullable TokenPosition until,
      int limit,
      boolean isRareRole) {
    Conditions conditions = new Conditions();
    if (after != null) {
      conditions.add("(name COLLATE \"C\", id) > (?, ?)", after.name(), after.id().value());
    }
    if (until != null) {
      conditions.add("(name COLLATE \"C\", id) <= (?, ?)", until.name(), until.id().value());
    }
    if (filter.name() != null) {
      addName(conditions, filter.name());
    }
    SubjectHandle role = filter.role();
    if (role != null) {
      conditions.add("roles @> ?", (Object) new String[] {role.value()});
    }
    if (filter.creator() != null) {
      addCreator(conditions, filter.creator());
    }
    if (filter.createdBefore() != null) {
      conditions.add("created_at < ?", filter.createdBefore());
    }
    addEnd(conditions, filter);
    if (filter.unusedSince() != null) {
      addUnused(conditions, filter.unusedSince());
    }
    if (filter.violation() != null) {
      addViolation(conditions, filter.violation(), filter.now());
    }
    return conditions.toQuery(beginning, isRareRole ? SORTED : IN_ORDER, limit);
  }

  private static void addName(Conditions conditions, NamePattern name) {
    if (name.isExact()) {
      conditions.add("name COLLATE \"C\" = ?", name.text());
      return;
    }
    String prefix = name.parts().getFirst();
    if (!prefix.isEmpty()) {
      conditions.add("name COLLATE \"C\" >= ?", prefix);
      String bound = boundOf(prefix);
      if (bound != null) {
        conditions.add("name COLLATE \"C\" < ?", bound);
      }
    }
    conditions.add("name COLLATE \"C\" LIKE ? ESCAPE '!'", like(name.parts()));
  }

  private static void addCreator(Conditions conditions, String creator) {
    if (ID.matcher(creator).matches()) {
      conditions.add(
          "(creator_id = ? OR creator_name = ?)",
          new TokenId(Long.parseLong(creator)).value(),
          creator);
    } else {
      conditions.add("creator_name = ?", creator);
    }
  }

  private static void addEnd(Conditions conditions, TokenFilter filter) {
    if (filter.expiringBefore() != null) {
      conditions.add("expires_at > ? AND expires_at < ?", filter.now(), filter.expiringBefore());
    }
    if (Boolean.TRUE.equals(filter.expired())) {
      conditions.add("expires_at <= ?", filter.now());
    } else if (Boolean.FALSE.equals(filter.expired())) {
      conditions.add("(expires_at IS NULL OR expires_at > ?)", filter.now());
    }
  }

  /**
   * No index has the last uses: each would be written anew with each use. To read them all takes a
   * second for a million. When a token was disabled says nothing of its use; when it was enabled,
   * it began anew.
   */
  private static void addUnused(Conditions conditions, Instant since) {
    conditions.add("created_at < ?", since);
    conditions.add("(enabled_changed_at IS NULL OR NOT enabled OR enabled_changed_at < ?)", since);
    conditions.add(
        """
        NOT EXISTS (
            SELECT
            FROM service_token_use AS recorded
            WHERE recorded.token_id = service_token.id
              AND recorded.last_used_at >= ?
          )\
        """,
        since);
  }

  /** A lifetime is counted from the youngest token string: the token has one since then. */
  private static void addViolation(Conditions conditions, Violation violation, Instant now) {
    TokenPolicy policy = violation.policy();
    StringJoiner violated = new StringJoiner("\n    OR ").setEmptyValue("false");
    List<Object> values = new ArrayList<>(List.of(now));
    if (policy.requireExpiration()) {
      violated.add("expires_at IS NULL");
    }
    if (policy.maximumLifetime() != null) {
      violated.add(LIVES_LONGER);
      addTwice(values, policy.maximumLifetime());
    }
    policy
        .maximumLifetimes()
        .forEach(
            (role, lifetime) -> {
              violated.add("roles @> ? AND " + LIVES_LONGER);
              values.add(new String[] {role});
              addTwice(values, lifetime);
            });
    conditions.add(
        "%s((expires_at IS NULL OR expires_at > ?) AND (%s))"
            .formatted(violation.isWanted() ? "" : "NOT ", violated),
        values.toArray());
  }

  private static void addTwice(List<Object> values, Duration lifetime) {
    values.add(lifetime.toMillis());
    values.add(lifetime.toMillis());
  }

  /**
   * The first text, bytewise, behind all that begin with the prefix; null if nothing is behind
   * them. Code points compare like the bytes of UTF-8.
   */
  static @Nullable String boundOf(String prefix) {
    int[] points = prefix.codePoints().toArray();
    int last = points.length - 1;
    while (last >= 0 && points[last] == Character.MAX_CODE_POINT) {
      last--;
    }
    if (last < 0) {
      return null;
    }
    // Surrogates are no characters: nothing can be stored between these two.
    points[last] =
        points[last] == Character.MIN_SURROGATE - 1
            ? Character.MAX_SURROGATE + 1
            : points[last] + 1;
    return new String(points, 0, last + 1);
  }

  /** The parts with anything between them, as LIKE has it with {@code !} as its escape. */
  static String like(List<String> parts) {
    return parts.stream().map(PageQuery::literal).collect(Collectors.joining("%"));
  }

  private static String literal(String text) {
    return text.replace("!", "!!").replace("%", "!%").replace("_", "!_");
  }

  /** Conditions that all must hold, each with its parameters. */
  private static final class Conditions {

    private final StringJoiner sql = new StringJoiner("\n  AND ", "WHERE ", "").setEmptyValue("");
    private final List<Object> parameters = new ArrayList<>();

    void add(String condition, Object... values) {
      sql.add(condition);
      parameters.addAll(List.of(values));
    }

    PageQuery toQuery(String beginning, String end, int limit) {
      parameters.add(limit);
      return new PageQuery(beginning + sql + end, List.copyOf(parameters));
    }
  }
}
