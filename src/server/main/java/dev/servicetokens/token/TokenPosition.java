package dev.servicetokens.token;

/**
 * A place in the order of all lists, that of the token of this name and id: by name, bytewise, then
 * by id. It stays what it is when that token is deleted.
 *
 * @param name the token's name
 * @param id the token's id
 */
public record TokenPosition(String name, TokenId id) {

  /** Whether a token can have been there. */
  public boolean isPossible() {
    return id.isPossible() && NewServiceToken.isName(name);
  }

  /** Where that token is. */
  public static TokenPosition of(ServiceToken token) {
    return new TokenPosition(token.name(), token.id());
  }
}
