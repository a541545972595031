package dev.servicetokens.cli.servicetoken;

import dev.servicetokens.cli.command.Command;
import dev.servicetokens.cli.command.Session;
import dev.servicetokens.cli.command.TokenId;
import dev.servicetokens.cli.output.NameAndId;
import dev.servicetokens.cli.output.Report;
import dev.servicetokens.cli.output.TextOutput;
import dev.servicetokens.cli.output.UtcTime;
import dev.servicetokens.client.model.ServiceToken;
import java.util.Map;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Mixin;

/** {@code sts service-token describe}. */
@CommandLine.Command(name = "describe", description = "Show one service token")
final class DescribeCommand implements Command {

  @Mixin private final TokenId id = new TokenId();

  @Override
  public Report run(Session session) {
    long token = id.value();
    return new Description(
        session.connect().ask(client -> client.serviceTokens().getServiceToken(token)));
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
      field(out, "Expiration", end.isEmpty() ? "never" : end);
      field(out, "Roles", String.join(", ", token.getRoles()));
      field(out, "Dedicated subject", token.getDedicatedSubject());
      field(out, "Created", UtcTime.of(token.getCreationTimestamp()));
      field(out, "Creator", NameAndId.of(token.getCreatorName(), token.getCreatorId()));
      field(out, "Last update", UtcTime.of(token.getLastUpdateTimestamp()));
      field(out, "Last used", lastUse());
    }

    private String lastUse() {
      return token.getUseCount() == null
          ? "never"
          : "%s from %s, %d in all"
              .formatted(
                  UtcTime.of(token.getLastUsedTimestamp()),
                  token.getLastUsedAddress(),
                  token.getUseCount());
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
