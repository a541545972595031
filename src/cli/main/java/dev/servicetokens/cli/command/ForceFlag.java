package dev.servicetokens.cli.command;

import dev.servicetokens.cli.failure.CommandFailure;
import dev.servicetokens.cli.failure.ExitCode;
import dev.servicetokens.cli.server.ServerConnection;
import dev.servicetokens.client.ServiceTokensClient;
import dev.servicetokens.client.invoker.ApiException;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/**
 * The flag {@code --force} of what may leave nobody who can create tokens, and the question that a
 * person is asked in its place.
 */
public final class ForceFlag {

  private static final int CONFLICT = 409;

  /** One request that the server may want to be forced to. */
  @FunctionalInterface
  public interface ForceableRequest {

    /**
     * Sends it.
     *
     * @param force whether to go on in any case; null to leave it to the server
     */
    void send(ServiceTokensClient client, @Nullable Boolean force) throws ApiException;
  }

  @Option(
      names = "--force",
      description = "Do it even if afterwards no service token can create others")
  private boolean force;

  /**
   * Sends a request, and once more with force if the server wants that and a person agrees.
   *
   * @throws CommandFailure if the server refuses or does not answer, or the person does not agree
   */
  public void send(Session session, ServerConnection connection, ForceableRequest request) {
    try {
      connection.send(client -> request.send(client, force ? Boolean.TRUE : null));
    } catch (CommandFailure refusal) {
      if (force || refusal.status() != CONFLICT) {
        throw refusal;
      }
      askFirst(session, refusal);
      connection.send(client -> request.send(client, Boolean.TRUE));
    }
  }

  private static void askFirst(Session session, CommandFailure refusal) {
    if (!session.canAsk()) {
      throw refusal.advising("--force does it all the same.");
    }
    session.printer().note(String.valueOf(refusal.serverMessage()));
    if (!session.confirms("Do it all the same?")) {
      throw new CommandFailure(ExitCode.USAGE_OR_REFUSAL, "Nothing was changed");
    }
  }
}
