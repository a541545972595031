package dev.servicetokens.audit;

/** Knows secrets that have no shape by which one could find them in a text. Thread-safe. */
public interface KnownSecrets {

  /** Whether the word is one of them. */
  boolean isKnown(String word);
}
