package dev.servicetokens.access;

/** Gives the caller of the request that is being answered. Thread-safe. */
public interface CurrentPrincipal {

  /**
   * The caller.
   *
   * @throws IllegalStateException outside a request, or in one that nobody authenticated
   */
  Principal get();
}
