package dev.servicetokens.cli.servicetoken;

import dev.servicetokens.cli.failure.UsageFailure;
import java.time.DateTimeException;
import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalTime;
import java.time.ZoneOffset;
import java.time.temporal.ChronoUnit;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** The end of a token, as people write and read it: a date, its midnight in UTC. */
final class ExpirationDate {

  private static final Pattern FORM = Pattern.compile("\\d{4}-\\d{2}-\\d{2}");

  private ExpirationDate() {}

  /**
   * The instant of a date's midnight in UTC.
   *
   * @return epoch milliseconds
   * @throws UsageFailure if the text is not a date of the form yyyy-MM-dd
   */
  static long parse(String text) {
    if (FORM.matcher(text).matches()) {
      try {
        return LocalDate.parse(text).atStartOfDay(ZoneOffset.UTC).toInstant().toEpochMilli();
      } catch (DateTimeException e) {
        // Has the form, but the calendar has no such day: same answer.
      }
    }
    throw new UsageFailure(
        "\"" + text + "\" is not a date; write --expiration as yyyy-MM-dd, for example 2027-01-31");
  }

  /**
   * The date, and the time where it is not midnight.
   *
   * @param epochMilliseconds the end; null for none, which is shown as nothing
   */
  static String format(@Nullable Long epochMilliseconds) {
    if (epochMilliseconds == null) {
      return "";
    }
    var end =
        Instant.ofEpochMilli(epochMilliseconds)
            .truncatedTo(ChronoUnit.SECONDS)
            .atOffset(ZoneOffset.UTC);
    LocalTime time = end.toLocalTime();
    return end.toLocalDate() + (time.equals(LocalTime.MIDNIGHT) ? "" : " " + time) + " UTC";
  }
}
