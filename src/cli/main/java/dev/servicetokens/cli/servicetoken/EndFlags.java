package dev.servicetokens.cli.servicetoken;

import dev.servicetokens.cli.command.Moment;
import dev.servicetokens.cli.failure.UsageFailure;
import java.time.Instant;
import java.util.Optional;
import picocli.CommandLine.Option;

/** When a service token ends: at a time, or some time from now. */
final class EndFlags {

  @Option(
      names = "--expiration",
      paramLabel = "time",
      description = "When it ends: a date (yyyy-MM-dd, its midnight in UTC) or an instant")
  private String expiration = "";

  @Option(
      names = "--expires-in",
      paramLabel = "length",
      description = "When it ends, from now: 12h or 30d")
  private String expiresIn = "";

  /** The time as it was typed; empty if none was. */
  String expiration() {
    return expiration;
  }

  /** Whether the end is to be taken away, where that can be said. */
  boolean isNone() {
    return expiration.equals(BoundFlags.NONE) && expiresIn.isEmpty();
  }

  /**
   * The end.
   *
   * @param orElse what else than a time can be said, for the message; empty for nothing
   * @return empty if neither flag is given
   * @throws UsageFailure if both are, or what is given is no time
   */
  Optional<Instant> end(Instant now, String orElse) {
    if (!expiration.isEmpty() && !expiresIn.isEmpty()) {
      throw new UsageFailure("Give --expiration or --expires-in, not both");
    }
    if (!expiresIn.isEmpty()) {
      return Optional.of(now.plus(Moment.distance(expiresIn, "--expires-in")));
    }
    return expiration.isEmpty()
        ? Optional.empty()
        : Optional.of(Moment.absolute(expiration).orElseThrow(() -> noTime(orElse)));
  }

  private UsageFailure noTime(String orElse) {
    return new UsageFailure(
        "\"%s\" is not a date; write --expiration as yyyy-MM-dd, for example 2027-01-31%s"
            .formatted(expiration, orElse));
  }
}
