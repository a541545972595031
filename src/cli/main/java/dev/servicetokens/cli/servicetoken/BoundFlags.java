package dev.servicetokens.cli.servicetoken;

import dev.servicetokens.cli.command.Moment;
import dev.servicetokens.cli.failure.UsageFailure;
import dev.servicetokens.client.model.TokenRateLimit;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/**
 * The flags that bound a service token: from where, how often and how many times it may be used.
 */
final class BoundFlags {

  /** Takes a bound away. */
  static final String NONE = "none";

  private static final Pattern RATE = Pattern.compile("([1-9]\\d{0,8})/(\\d{0,6}[smhdw])");

  @Option(
      names = "--allowed-cidrs",
      paramLabel = "strings",
      description = "Comma-separated blocks of addresses it may be used from: 192.0.2.0/24")
  private List<String> allowedCidrs = new ArrayList<>();

  @Option(
      names = "--rate-limit",
      paramLabel = "rate",
      description = "How often it may be used: 100/1m or 5/s")
  private String rateLimit = "";

  @Option(
      names = "--maximum-uses",
      paramLabel = "int",
      description = "How many times it may be used in all")
  private String maximumUses = "";

  /** The blocks; empty if the flag is not given, or says {@link #NONE}. */
  List<String> allowedCidrs() {
    return allowedCidrs.stream()
        .flatMap(value -> Stream.of(value.split(",", -1)))
        .map(BoundFlags::block)
        .toList();
  }

  private static String block(String text) {
    if (text.isBlank()) {
      throw new UsageFailure(
          "--allowed-cidrs has an empty block; give one, or leave out its comma");
    }
    return text.strip();
  }

  /** Whether the flag takes the bound away. */
  boolean fromAnyAddress() {
    return allowedCidrs().equals(List.of(NONE));
  }

  /**
   * How often.
   *
   * @return empty if the flag is not given
   * @throws UsageFailure if it is no rate
   */
  Optional<TokenRateLimit> rateLimit() {
    if (rateLimit.isEmpty()) {
      return Optional.empty();
    }
    Matcher rate = RATE.matcher(rateLimit);
    if (!rate.matches()) {
      throw new UsageFailure(
          "\"%s\" is not a rate; write --rate-limit as uses per time, like 100/1m or 5/s"
              .formatted(rateLimit));
    }
    String time = rate.group(2);
    Duration per = Moment.distance(time.length() == 1 ? "1" + time : time, "--rate-limit");
    return Optional.of(new TokenRateLimit().limit(Long.valueOf(rate.group(1))).per(per.toString()));
  }

  /** Whether the flag takes the bound away. */
  boolean withoutRateLimit() {
    return rateLimit.equals(NONE);
  }

  /**
   * How many times.
   *
   * @return null if the flag is not given
   * @throws UsageFailure if it is no number
   */
  @Nullable Long maximumUses() {
    if (maximumUses.isEmpty()) {
      return null;
    }
    try {
      return Long.valueOf(maximumUses);
    } catch (NumberFormatException e) {
      throw new UsageFailure(
          "\"%s\" is not a number; write --maximum-uses like 1 or 500".formatted(maximumUses));
    }
  }

  /** Whether the flag takes the bound away. */
  boolean withoutMaximumUses() {
    return maximumUses.equals(NONE);
  }
}
