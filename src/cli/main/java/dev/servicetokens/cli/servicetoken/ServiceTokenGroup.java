package dev.servicetokens.cli.servicetoken;

import dev.servicetokens.cli.command.Command;
import dev.servicetokens.cli.command.Session;
import dev.servicetokens.cli.output.NameAndId;
import dev.servicetokens.cli.output.Report;
import dev.servicetokens.cli.output.TextOutput;
import dev.servicetokens.cli.output.UtcTime;
import dev.servicetokens.client.model.ServiceToken;
import dev.servicetokens.client.model.TokenRateLimit;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Mixin;

/** The commands below {@code sts service-token}. */
@CommandLine.Command(
    name = "service-token",
    description = "Manage service tokens",
    subcommands = {
      CreateCommand.class,
      DeleteCommand.class,
      ServiceTokenGroup.DescribeCommand.class,
      UpdateCommand.DisableCommand.class,
      UpdateCommand.EnableCommand.class,
      ListCommand.class,
      PolicyCommand.class,
      RotateCommand.class,
      UpdateCommand.class
    })
public final class ServiceTokenGroup {

  /** {@code sts service-token describe}. */
  @CommandLine.Command(name = "describe", description = "Show one service token")
  static final class DescribeCommand implements Command {

    @Mixin private final TokenChoice choice = new TokenChoice();

    @Override
    public Report run(Session session) {
      return choice.with(
          session,
          (connection, token) ->
              new Description(
                  connection.ask(client -> client.serviceTokens().getServiceToken(token))));
    }

    private record Description(ServiceToken token) implements Report {

      /** A description may have several lines, a field has one. */
      private static final Pattern BREAK = Pattern.compile("\\R|\t");

      @Override
      public void writeText(TextOutput out) {
        String end = UtcTime.dateOf(token.getExpiration());
        field(out, "ID", String.valueOf(token.getId()));
        field(out, "Name", token.getName());
        field(out, "Description", token.getDescription());
        field(out, "State", Boolean.FALSE.equals(token.getEnabled()) ? "disabled" : "");
        field(out, "Expiration", end.isEmpty() ? "never" : end);
        field(out, "Roles", String.join(", ", token.getRoles()));
        field(out, "Dedicated subject", token.getDedicatedSubject());
        field(out, "Allowed addresses", allowedAddresses());
        field(out, "Rate limit", rateLimit());
        field(out, "Uses left", usesLeft());
        field(out, "Created", UtcTime.of(token.getCreationTimestamp()));
        field(out, "Creator", NameAndId.of(token.getCreatorName(), token.getCreatorId()));
        field(out, "Last update", UtcTime.of(token.getLastUpdateTimestamp()));
        field(out, "Last used", lastUse());
      }

      private String allowedAddresses() {
        return token.getAllowedCidrs() == null ? "" : String.join(", ", token.getAllowedCidrs());
      }

      private String rateLimit() {
        TokenRateLimit rate = token.getRateLimit();
        return rate == null
            ? ""
            : "%d in %d s".formatted(rate.getLimit(), Duration.parse(rate.getPer()).toSeconds());
      }

      private String usesLeft() {
        return token.getMaximumUses() == null
            ? ""
            : "%d of %d".formatted(token.getRemainingUses(), token.getMaximumUses());
      }

      private String lastUse() {
        if (token.getUseCount() == null) {
          return "never";
        }
        return UtcTime.of(token.getLastUsedTimestamp())
            + known(" from ", token.getLastUsedAddress())
            + known(" by ", token.getLastUsedApplication())
            + ", %d in all".formatted(token.getUseCount());
      }

      private static String known(String word, @Nullable String value) {
        return value == null ? "" : word + value;
      }

      private static void field(TextOutput out, String name, @Nullable String value) {
        if (value != null && !value.isEmpty()) {
          out.line(name + ": " + BREAK.matcher(value).replaceAll(" "));
        }
      }

      @Override
      public Map<String, ?> json() {
        return Map.of("service-token", TokenFields.of(token));
      }
    }
  }

  /** A service token for programs, as the server shows it. */
  static final class TokenFields {

    private TokenFields() {}

    /** All fields that have a value. */
    static Map<String, Object> of(ServiceToken token) {
      Map<String, Object> fields = new TreeMap<>();
      fields.put("id", token.getId());
      fields.put("lastUpdateTimestamp", token.getLastUpdateTimestamp());
      fields.put("name", token.getName());
      fields.put("description", token.getDescription());
      fields.put("expiration", token.getExpiration());
      fields.put("roles", token.getRoles());
      fields.put("dedicatedSubject", token.getDedicatedSubject());
      fields.put("creationTimestamp", token.getCreationTimestamp());
      fields.put("creatorId", token.getCreatorId());
      fields.put("creatorName", token.getCreatorName());
      fields.put("lastUsedTimestamp", token.getLastUsedTimestamp());
      fields.put("lastUsedAddress", token.getLastUsedAddress());
      fields.put("lastUsedApplication", token.getLastUsedApplication());
      fields.put("useCount", token.getUseCount());
      fields.put("enabled", token.getEnabled());
      fields.put("allowedCidrs", allowedCidrs(token));
      fields.put("rateLimit", rateLimit(token));
      fields.put("maximumUses", token.getMaximumUses());
      fields.put("remainingUses", token.getRemainingUses());
      fields.values().removeIf(Objects::isNull);
      return fields;
    }

    /** A list that the server has left out is empty here, and one that is there never is. */
    private static @Nullable List<String> allowedCidrs(ServiceToken token) {
      List<String> blocks = token.getAllowedCidrs();
      return blocks == null || blocks.isEmpty() ? null : blocks;
    }

    private static @Nullable Map<String, ?> rateLimit(ServiceToken token) {
      TokenRateLimit rate = token.getRateLimit();
      return rate == null
          ? null
          : new TreeMap<>(Map.of("limit", rate.getLimit(), "per", rate.getPer()));
    }
  }
}
