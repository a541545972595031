package dev.servicetokens.bootstrap;

import dev.servicetokens.token.TokenDigest;
import java.util.List;

/** Remembers which token strings were put in place at a start, even after their tokens are gone. */
public interface BootstrapSecretRepository {

  /** Keeps other nodes that start from reading or adding until the transaction ends. */
  void lock();

  /**
   * Remembers one.
   *
   * @return false if it was remembered already
   */
  boolean add(TokenDigest digest);

  /** All of them. */
  List<TokenDigest> all();
}
