package dev.servicetokens.access;

/**
 * A token as messages name it.
 *
 * @param id its id
 * @param name its name
 */
public record NamedToken(long id, String name) {

  @Override
  public String toString() {
    return id + " '" + name + "'";
  }
}
