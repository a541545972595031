package dev.servicetokens.cli.command;

import dev.servicetokens.cli.failure.UsageFailure;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** A point in time as people write it: a date, an instant, or how far it is from now. */
public final class Moment {

  private static final Pattern DATE = Pattern.compile("\\d{4}-\\d{2}-\\d{2}");
  private static final Pattern INSTANT = Pattern.compile("\\d{4}-\\d{2}-\\d{2}T.+");
  private static final Pattern UTC =
      Pattern.compile("\\d{4}-\\d{2}-\\d{2}T\\d{2}:\\d{2}(:\\d{2})?");
  private static final Pattern DISTANCE = Pattern.compile("(\\d{1,6})([smhdw])");

  private Moment() {}

  /**
   * Reads one whose distance goes back from now.
   *
   * @param flag that has the text as its value
   * @return epoch milliseconds
   * @throws UsageFailure if it is none
   */
  public static long past(String text, String flag, Instant now) {
    return read(text, now, -1).orElseThrow(() -> bad(text, flag, "back from now, like 2h or 7d"));
  }

  /**
   * Reads one whose distance goes on from now.
   *
   * @param flag that has the text as its value
   * @return epoch milliseconds
   * @throws UsageFailure if it is none
   */
  public static long future(String text, String flag, Instant now) {
    return read(text, now, 1).orElseThrow(() -> bad(text, flag, "from now, like 12h or 14d"));
  }

  /**
   * Reads how long something takes or lasts.
   *
   * @param flag that has the text as its value
   * @throws UsageFailure if it is no time like 30s, 12h or 30d, or none at all
   */
  public static Duration distance(String text, String flag) {
    return distance(text)
        .filter(Duration::isPositive)
        .orElseThrow(
            () ->
                new UsageFailure(
                    "\"%s\" is not a length of time; write %s like 30m, 12h or 30d"
                        .formatted(text, flag)));
  }

  private static Optional<Duration> distance(String text) {
    Matcher distance = DISTANCE.matcher(text);
    return distance.matches()
        ? Optional.of(unit(distance.group(2)).multipliedBy(Long.parseLong(distance.group(1))))
        : Optional.empty();
  }

  /**
   * Reads a point in time that does not depend on now.
   *
   * @return empty if it is none
   */
  public static Optional<Instant> absolute(String text) {
    try {
      if (DATE.matcher(text).matches()) {
        return Optional.of(LocalDate.parse(text).atStartOfDay(ZoneOffset.UTC).toInstant());
      }
      if (UTC.matcher(text).matches()) {
        return Optional.of(LocalDateTime.parse(text).toInstant(ZoneOffset.UTC));
      }
      return INSTANT.matcher(text).matches()
          ? Optional.of(OffsetDateTime.parse(text).toInstant())
          : Optional.empty();
    } catch (DateTimeException e) {
      // Has the form, but the calendar has no such moment.
      return Optional.empty();
    }
  }

  private static Optional<Long> read(String text, Instant now, int direction) {
    return distance(text)
        .map(length -> now.plus(length.multipliedBy(direction)))
        .or(() -> absolute(text))
        .map(Instant::toEpochMilli);
  }

  private static Duration unit(String letter) {
    return switch (letter) {
      case "s" -> Duration.ofSeconds(1);
      case "m" -> Duration.ofMinutes(1);
      case "h" -> Duration.ofHours(1);
      case "d" -> Duration.ofDays(1);
      default -> Duration.ofDays(7);
    };
  }

  private static UsageFailure bad(String text, String flag, String distance) {
    return new UsageFailure(
        "\""
            + text
            + ("\" is not a point in time; write " + flag)
            + " as a date (2027-01-31, its midnight in UTC), an instant (2027-01-31T12:00:00Z)"
            + (" or a time " + distance));
  }
}
