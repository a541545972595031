package dev.servicetokens.cli.servicetoken;

import dev.servicetokens.cli.command.Session;
import dev.servicetokens.cli.command.TokenId;
import dev.servicetokens.cli.failure.CommandFailure;
import dev.servicetokens.cli.failure.ExitCode;
import dev.servicetokens.cli.failure.UsageFailure;
import dev.servicetokens.cli.output.Report;
import dev.servicetokens.cli.server.ServerConnection;
import dev.servicetokens.client.api.ServiceTokensApi.APIListServiceTokensRequest;
import dev.servicetokens.client.model.ServiceToken;
import java.util.List;
import java.util.Map;
import java.util.function.BiFunction;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/**
 * Which service token a command is about: its id, as the documented argument or as a flag, or its
 * name if only one has it.
 */
final class TokenChoice {

  private static final int NOT_FOUND = 404;
  private static final int MOST_IDS = 20;

  @Parameters(
      index = "0",
      arity = "0..1",
      paramLabel = "id",
      description = "Id of the service token")
  private String argument = "";

  @Option(
      names = {"-i", "--id"},
      paramLabel = "int",
      description = "Id of the service token, instead of the argument")
  private String flag = "";

  @Option(
      names = {"-n", "--name"},
      paramLabel = "string",
      description = "Name of the service token, instead of its id; only one may have it")
  private String name = "";

  @Option(
      names = "--ignore-missing",
      description = "Do nothing, and end well, if there is no such service token")
  private boolean ignoreMissing;

  /** Whether one is chosen, in whatever way. */
  boolean isGiven() {
    return ways() > 0;
  }

  /**
   * Does something with the chosen one.
   *
   * @throws UsageFailure if none or two are chosen, or something else, before anything is asked
   * @throws CommandFailure if none or several have the name, or that the action throws; that there
   *     is none, only without {@code --ignore-missing}
   */
  Report with(Session session, BiFunction<ServerConnection, Long, Report> action) {
    check();
    ServerConnection connection = session.connect();
    List<ServiceToken> found = name.isEmpty() ? List.of() : named(name, connection);
    if (!name.isEmpty() && found.isEmpty() && ignoreMissing) {
      return nothing();
    }
    long token = name.isEmpty() ? TokenId.parse(argument + flag) : onlyOneOf(found);
    try {
      return action.apply(connection, token);
    } catch (CommandFailure failure) {
      if (failure.status() == NOT_FOUND && ignoreMissing) {
        return nothing();
      }
      throw failure;
    }
  }

  private void check() {
    if (ways() == 0) {
      throw new UsageFailure(
          "Which service token? Give its id, as \"sts service-token list\" shows it, or its --name");
    }
    if (ways() > 1) {
      throw new UsageFailure(
          name.isEmpty()
              ? "The id is given as an argument and as a flag; give it once"
              : "Give the id of the service token or its --name, not both");
    }
    if (name.isEmpty()) {
      long _ = TokenId.parse(argument + flag);
    }
  }

  private long onlyOneOf(List<ServiceToken> found) {
    if (found.size() == 1) {
      return found.getFirst().getId();
    }
    throw new CommandFailure(
        ExitCode.USAGE_OR_REFUSAL,
        found.isEmpty()
            ? "There is no service token '" + name + "'; \"sts service-token list\" shows them"
            : "%d service tokens are named '%s'; give the id of one: %s"
                .formatted(found.size(), name, ids(found)));
  }

  /** All service tokens of exactly that name. */
  static List<ServiceToken> named(String name, ServerConnection connection) {
    // The server takes * for any characters, and a server that knows no filter sends all.
    return ListCommand.all(
            connection, APIListServiceTokensRequest.newBuilder().limit(ListCommand.PAGE).name(name))
        .stream()
        .filter(token -> token.getName().equals(name))
        .toList();
  }

  private static Report nothing() {
    return new Report.Done(
        "There is no such service token: nothing to do", Map.of("missing", true));
  }

  private long ways() {
    return Stream.of(argument, flag, name).filter(given -> !given.isEmpty()).count();
  }

  private static String ids(List<ServiceToken> tokens) {
    return tokens.stream()
            .limit(MOST_IDS)
            .map(token -> token.getId().toString())
            .collect(Collectors.joining(", "))
        + (tokens.size() > MOST_IDS ? ", …" : "");
  }
}
