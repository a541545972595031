package dev.servicetokens.cluster.real;

/** Presents tokens to one node. */
final class Verifier implements Runnable {

  private final Node node;
  private final Client client;
  private final Tokens tokens;
  private final History history;

  Verifier(Node node, Client client, Tokens tokens, History history) {
    this.node = node;
    this.client = client;
    this.tokens = tokens;
    this.history = history;
  }

  /** Presents one token. */
  @Override
  public void run() {
    tokens
        .any()
        .ifPresent(
            token ->
                client
                    .verify(node, token.secret())
                    .ifPresent(answer -> history.add(new Call.Verification(token.name(), answer))));
  }
}
