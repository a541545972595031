package dev.servicetokens.cli.servicetoken;

import dev.servicetokens.cli.command.Command;
import dev.servicetokens.cli.command.ForceFlag;
import dev.servicetokens.cli.command.Session;
import dev.servicetokens.cli.failure.CommandFailure;
import dev.servicetokens.cli.failure.UsageFailure;
import dev.servicetokens.cli.output.Report;
import dev.servicetokens.cli.output.TextOutput;
import dev.servicetokens.cli.server.ServerConnection;
import java.io.IOException;
import java.io.InputStream;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import picocli.CommandLine;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/**
 * {@code sts service-token delete}: one token, by its id or its name, or all that a file says were
 * deleted once and that a restored backup has revived.
 */
@CommandLine.Command(name = "delete", description = "Delete a service token")
final class DeleteCommand implements Command {

  private static final int NOT_FOUND = 404;
  private static final int TOKENS_A_MESSAGE = 20;

  @Mixin private final TokenChoice choice = new TokenChoice();
  @Mixin private final ForceFlag force = new ForceFlag();

  @Option(
      names = "--deleted-in",
      paramLabel = "file",
      description = "Delete again what these audit events say was deleted; - is standard input")
  private String deletedIn = "";

  @Override
  public Report run(Session session) {
    if (deletedIn.isEmpty()) {
      return choice.with(
          session,
          (connection, token) -> {
            delete(session, connection, token);
            return new Report.Done(
                "Service token deleted: " + token, Map.of("deleted-service-token", token));
          });
    }
    if (choice.isGiven()) {
      throw new UsageFailure("Give one service token or --deleted-in, not both");
    }
    Set<Long> tokens = deletedTokens(session);
    return tokens.isEmpty()
        ? new Repeated(List.of(), 0)
        : deleteAgain(session, session.connect(), tokens);
  }

  private Set<Long> deletedTokens(Session session) {
    String source = deletedIn.equals("-") ? "Standard input" : deletedIn;
    try (InputStream stream = session.open(deletedIn)) {
      return DeletedTokens.read(source, stream);
    } catch (IOException e) {
      throw new UsageFailure(
          source + " cannot be read: is there such a file, and may you read it?");
    }
  }

  private void delete(Session session, ServerConnection connection, long token) {
    force.send(
        session,
        connection,
        (client, forced) -> client.serviceTokens().deleteServiceToken(token, forced));
  }

  private Report deleteAgain(Session session, ServerConnection connection, Set<Long> tokens) {
    List<Long> deleted = new ArrayList<>();
    int gone = 0;
    List<Long> order = ownLast(connection, tokens);
    try {
      for (long token : order) {
        if ((deleted.size() + gone) % TOKENS_A_MESSAGE == 0) {
          session
              .printer()
              .progress("%d of %d service tokens".formatted(deleted.size() + gone, order.size()));
        }
        try {
          delete(session, connection, token);
          deleted.add(token);
        } catch (CommandFailure failure) {
          if (failure.status() != NOT_FOUND) {
            throw stopped(failure, deleted.size(), gone, order.size());
          }
          gone++;
        }
      }
    } finally {
      session.printer().endProgress();
    }
    return new Repeated(deleted, gone);
  }

  private static CommandFailure stopped(CommandFailure failure, int deleted, int gone, int all) {
    String before = failure.advice() == null ? "" : failure.advice() + " ";
    return failure.advising(
        before
            + "%d of %d service tokens were deleted again and %d were gone already; the same command goes on from there."
                .formatted(deleted, all, gone));
  }

  /** Whoever deletes the token that it acts with can delete nothing after it. */
  private static List<Long> ownLast(ServerConnection connection, Set<Long> tokens) {
    long own = connection.ask(client -> client.userSession().getSession()).getId();
    List<Long> order = new ArrayList<>(tokens);
    if (order.remove(own)) {
      order.add(own);
    }
    return order;
  }

  private record Repeated(List<Long> deleted, int gone) implements Report {

    @Override
    public void writeText(TextOutput out) {
      deleted.forEach(token -> out.line("Deleted again: " + token));
      out.success(
          "%d service token%s deleted again, %d gone already"
              .formatted(deleted.size(), deleted.size() == 1 ? "" : "s", gone));
    }

    @Override
    public Map<String, ?> json() {
      return Map.of("deleted-service-tokens", deleted, "gone-service-tokens", gone);
    }
  }
}
