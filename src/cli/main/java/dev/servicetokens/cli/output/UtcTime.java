package dev.servicetokens.cli.output;

import java.time.Instant;
import java.time.LocalTime;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.time.temporal.ChronoUnit;
import org.jspecify.annotations.Nullable;

/** Points in time as people read them: in UTC, which they say. */
public final class UtcTime {

  private static final DateTimeFormatter TO_THE_SECOND =
      DateTimeFormatter.ofPattern("uuuu-MM-dd HH:mm:ss 'UTC'").withZone(ZoneOffset.UTC);

  private UtcTime() {}

  /**
   * The date and the time to the second.
   *
   * @param epochMilliseconds null is shown as nothing
   */
  public static String of(@Nullable Long epochMilliseconds) {
    return epochMilliseconds == null
        ? ""
        : TO_THE_SECOND.format(Instant.ofEpochMilli(epochMilliseconds));
  }

  /**
   * The date, and the time where it is not midnight.
   *
   * @param epochMilliseconds null is shown as nothing
   */
  public static String dateOf(@Nullable Long epochMilliseconds) {
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
