package dev.servicetokens.cluster.real;

/**
 * A token that was created.
 *
 * @param secret its token string
 */
record Token(String name, long id, String secret) {

  @Override
  public String toString() {
    return name;
  }
}
