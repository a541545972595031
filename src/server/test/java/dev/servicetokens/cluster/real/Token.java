package dev.servicetokens.cluster.real;

/**
 * A token that was created.
 *
 * @param secret its token string
 * @param mayCreate whether it may create others
 */
record Token(String name, long id, String secret, boolean mayCreate) {

  @Override
  public String toString() {
    return name;
  }
}
