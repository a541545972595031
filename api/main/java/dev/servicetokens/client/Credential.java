package dev.servicetokens.client;

import java.net.http.HttpRequest;

/** A token string and the header that carries it; shows neither in messages nor in logs. */
record Credential(String header, String token) {

  /**
   * Checks here what the HTTP client would refuse with the token in its message.
   *
   * @throws IllegalArgumentException if the token is empty or has a character that is not visible
   *     ASCII
   */
  Credential {
    if (token.isEmpty()) {
      throw new IllegalArgumentException("The token is empty; give the token string");
    }
    if (!token.chars().allMatch(character -> character > ' ' && character < 0x7f)) {
      throw new IllegalArgumentException(
          "The token has a space, a line break or another character that no token has; copy it"
              + " again");
    }
  }

  void addTo(HttpRequest.Builder request) {
    request.setHeader(header, token);
  }

  @Override
  public String toString() {
    return header + ": ********";
  }
}
