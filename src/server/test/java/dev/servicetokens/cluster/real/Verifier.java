package dev.servicetokens.cluster.real;

/** Presents tokens to one place. */
final class Verifier implements Runnable {

  private final Place place;
  private final Client client;
  private final Tokens tokens;
  private final History history;

  Verifier(Place place, Client client, Tokens tokens, History history) {
    this.place = place;
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
                    .verify(place, token.secret())
                    .ifPresent(answer -> history.add(new Call.Verification(token.name(), answer))));
  }
}
