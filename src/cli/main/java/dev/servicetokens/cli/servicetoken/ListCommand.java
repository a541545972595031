package dev.servicetokens.cli.servicetoken;

import dev.servicetokens.cli.command.Command;
import dev.servicetokens.cli.command.Moment;
import dev.servicetokens.cli.command.Session;
import dev.servicetokens.cli.failure.UsageFailure;
import dev.servicetokens.cli.output.Report;
import dev.servicetokens.client.api.ServiceTokensApi.APIListServiceTokensRequest;
import dev.servicetokens.client.model.ServiceToken;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Option;

/** {@code sts service-token list}. A text that is not given is empty. */
@CommandLine.Command(name = "list", description = "List service tokens")
final class ListCommand implements Command {

  @Option(
      names = {"-n", "--name"},
      paramLabel = "string",
      description = "Only those of this name; * stands for any characters")
  private String name = "";

  @Option(names = "--role", paramLabel = "string", description = "Only those that have this role")
  private String role = "";

  @Option(
      names = "--creator",
      paramLabel = "string",
      description = "Only those that the service token of this name or id created")
  private String creator = "";

  @Option(
      names = "--expiring",
      paramLabel = "time",
      description = "Only those that expire before a date, an instant, or within 12h or 14d")
  private String expiring = "";

  @Option(names = "--expired", description = "Only those that are expired")
  private boolean expired;

  @Option(
      names = "--created-before",
      paramLabel = "time",
      description = "Only those that are older than a date, an instant, or 12h or 90d")
  private String createdBefore = "";

  @Option(
      names = "--sort",
      paramLabel = "order",
      description = "Order: name, expiration, created or id (default name)")
  private Order order = Order.name;

  @Option(
      names = "--wide",
      description = "Show when and by whom each was created, and its last use")
  private boolean wide;

  @Override
  public Report run(Session session) {
    if (expired && !expiring.isEmpty()) {
      throw new UsageFailure(
          "What is expired does not expire any more; give --expired or --expiring");
    }
    APIListServiceTokensRequest request = request(session.time().now());
    List<ServiceToken> tokens =
        session.connect().ask(client -> client.serviceTokens().listServiceTokens(request));
    return new TokenList(tokens.stream().sorted(order.comparator()).toList(), wide);
  }

  private APIListServiceTokensRequest request(Instant now) {
    return APIListServiceTokensRequest.newBuilder()
        .name(given(name))
        .role(given(role))
        .creator(given(creator))
        .expiringBefore(
            expiring.isEmpty() ? null : Long.valueOf(Moment.future(expiring, "--expiring", now)))
        .expired(expired ? Boolean.TRUE : null)
        .createdBefore(
            createdBefore.isEmpty()
                ? null
                : Long.valueOf(Moment.past(createdBefore, "--created-before", now)))
        .build();
  }

  private static @Nullable String given(String text) {
    return text.isEmpty() ? null : text;
  }
}
