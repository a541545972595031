package dev.servicetokens.cli.output;

import org.jspecify.annotations.Nullable;

/** A token as people tell it from others: names need not be unique, ids are not memorable. */
public final class NameAndId {

  private NameAndId() {}

  /**
   * The name, then the id in brackets.
   *
   * @param name null if it is not known
   * @param id null if it is not known
   * @return empty if both are null
   */
  public static String of(@Nullable String name, @Nullable Object id) {
    if (name == null || id == null) {
      return name == null && id == null ? "" : String.valueOf(name == null ? id : name);
    }
    return name + " (" + id + ")";
  }
}
