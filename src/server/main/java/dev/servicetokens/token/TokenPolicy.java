package dev.servicetokens.token;

import dev.servicetokens.access.SubjectHandle;
import dev.servicetokens.text.InvalidInputException;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Collection;
import java.util.Collections;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * How long tokens may live, as whoever runs the server has decided. It holds for what callers ask
 * for from now on: tokens that exist, and those that configuration puts in place, are listed where
 * they violate it, and never cut. Immutable.
 *
 * <p>A lifetime is counted from the moment at which the token string was made: a creation and a
 * rotation count from now, a change of a token that keeps its token string from when that was made.
 *
 * @param defaultLifetime how long a token lives for which nobody asks an end; null for the maximum
 * @param maximumLifetime how long any token lives at most; null for no limit
 * @param maximumLifetimes how long a token with that role lives at most
 * @param requireExpiration whether a token for which nobody asks an end is refused
 * @param disableUnusedAfter how long a token may be unused before it is disabled; null for ever
 * @param deleteDisabledAfter how long a token may be disabled before it is deleted; null for ever
 */
public record TokenPolicy(
    @Nullable Duration defaultLifetime,
    @Nullable Duration maximumLifetime,
    SortedMap<String, Duration> maximumLifetimes,
    boolean requireExpiration,
    @Nullable Duration disableUnusedAfter,
    @Nullable Duration deleteDisabledAfter) {

  /** Nothing is limited. */
  public static final TokenPolicy NONE =
      new TokenPolicy(null, null, Collections.emptySortedMap(), false, null, null);

  /**
   * An end that lies no further than this beyond the limit is taken for the limit: whoever asked
   * for exactly the longest life has a clock that is a little ahead of ours.
   */
  private static final Duration CLOCKS_DIFFER = Duration.ofMinutes(1);

  /** Copies the roles. */
  public TokenPolicy {
    maximumLifetimes = Collections.unmodifiableSortedMap(new TreeMap<>(maximumLifetimes));
  }

  /**
   * The end that a token gets. Creation, rotation with an end, and a change of the end ask it.
   *
   * @param roles those that the token will have
   * @param wanted the end that the caller asks for; null for none
   * @param since when the token string was, or is, made: now for a creation and a rotation
   * @return the end that was asked for; without one the end of the default lifetime or else of the
   *     longest, null if there is neither
   * @throws InvalidInputException if the end lies beyond the limit, which is named, or none is
   *     asked for and one is required
   */
  public @Nullable Instant endFor(
      Collection<SubjectHandle> roles, @Nullable Instant wanted, Instant since) {
    Optional<Limit> limit = limitOf(roles);
    if (wanted != null) {
      return limit.map(shortest -> shortest.apply(wanted, since)).orElse(wanted);
    }
    if (requireExpiration) {
      throw new InvalidInputException(
          "A token needs an end here"
              + limit.map(shortest -> ", within " + shortest.text()).orElse("")
              + ": give it one.");
    }
    return Stream.concat(Stream.ofNullable(defaultLifetime), limit.stream().map(Limit::lifetime))
        .min(Comparator.naturalOrder())
        .map(lifetime -> since.plus(lifetime).truncatedTo(ChronoUnit.MILLIS))
        .orElse(null);
  }

  /**
   * Returns if a token that keeps its end may get those roles: a change of roles asks it that says
   * nothing of the end.
   *
   * @param roles those that the token will have
   * @param end the token's end; null if it has none
   * @param since when its token string was made
   * @throws InvalidInputException if a token with those roles may not live so long; the limit is
   *     named
   */
  public void requireAllowed(
      Collection<SubjectHandle> roles, @Nullable Instant end, Instant since) {
    limitOf(roles)
        .ifPresent(
            limit -> {
              if (end == null) {
                throw limit.exceeded(since);
              }
              var _ = limit.apply(end, since);
            });
  }

  /** Whether a token can violate it at all. */
  public boolean limitsLifetimes() {
    return requireExpiration || maximumLifetime != null || !maximumLifetimes.isEmpty();
  }

  /** The shortest limit that holds for a token with those roles; empty if none does. */
  private Optional<Limit> limitOf(Collection<SubjectHandle> roles) {
    Set<String> handles =
        roles.stream().map(SubjectHandle::value).collect(Collectors.toUnmodifiableSet());
    return Stream.concat(
            Stream.ofNullable(maximumLifetime).map(lifetime -> new Limit(lifetime, null)),
            maximumLifetimes.entrySet().stream()
                .filter(role -> handles.contains(role.getKey()))
                .map(role -> new Limit(role.getValue(), role.getKey())))
        .min(Comparator.comparing(Limit::lifetime));
  }

  /**
   * A duration as people say it, {@code 90 days} for example, in the largest unit of which it is a
   * whole number.
   */
  static String inWords(Duration duration) {
    long seconds = duration.toSeconds();
    for (Map.Entry<String, Duration> unit : UNITS) {
      long length = unit.getValue().toSeconds();
      if (seconds % length == 0) {
        long count = seconds / length;
        return count + " " + unit.getKey() + (count == 1 ? "" : "s");
      }
    }
    throw new IllegalStateException("Every number of seconds is whole.");
  }

  private static final List<Map.Entry<String, Duration>> UNITS =
      List.of(
          Map.entry("day", Duration.ofDays(1)),
          Map.entry("hour", Duration.ofHours(1)),
          Map.entry("minute", Duration.ofMinutes(1)),
          Map.entry("second", Duration.ofSeconds(1)));

  /**
   * How long a token may live.
   *
   * @param role the role that has that limit; null if every token has it
   */
  private record Limit(Duration lifetime, @Nullable String role) {

    /** The end, or the limit where the two differ as clocks do. */
    Instant apply(Instant end, Instant since) {
      Instant latest = latest(since);
      if (end.isAfter(latest.plus(CLOCKS_DIFFER))) {
        throw exceeded(since);
      }
      return end.isAfter(latest) ? latest : end;
    }

    InvalidInputException exceeded(Instant since) {
      return new InvalidInputException(
          "A token%s lives at most %s here, this one until %s: give it an end that is not later."
              .formatted(
                  role == null ? "" : " with the role '%s'".formatted(role),
                  text(),
                  latest(since).truncatedTo(ChronoUnit.SECONDS)));
    }

    String text() {
      return inWords(lifetime);
    }

    private Instant latest(Instant since) {
      return since.plus(lifetime).truncatedTo(ChronoUnit.MILLIS);
    }
  }
}
