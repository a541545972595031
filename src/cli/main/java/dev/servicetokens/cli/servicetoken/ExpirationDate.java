package dev.servicetokens.cli.servicetoken;

import dev.servicetokens.cli.failure.UsageFailure;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.Optional;
import java.util.regex.Pattern;

/** The end of a token, as people write it: a date, its midnight in UTC. */
final class ExpirationDate {

  private static final Pattern FORM = Pattern.compile("\\d{4}-\\d{2}-\\d{2}");

  private ExpirationDate() {}

  /**
   * What the server's refusal means, in terms of the date that was typed.
   *
   * @return empty for a date that is not over, even if our clock is a day behind the server's
   */
  static Optional<String> over(String text, Instant now) {
    return parse(text) > now.plus(Duration.ofDays(1)).toEpochMilli()
        ? Optional.empty()
        : Optional.of(text + " (midnight UTC) is over; give --expiration a later date");
  }

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
}
