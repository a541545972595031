package dev.servicetokens.product;

import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/**
 * What a server has acknowledged: the token strings that must work, and those that must not. One
 * whose call got no answer is in neither. Thread-safe.
 */
final class Ledger {

  private final Set<String> live = ConcurrentHashMap.newKeySet();
  private final Set<String> deleted = ConcurrentHashMap.newKeySet();

  /** A create was acknowledged. */
  void created(String token) {
    live.add(token);
  }

  /** A delete is sent: from now on nobody knows. */
  void deleting(String token) {
    live.remove(token);
  }

  /** A delete was acknowledged. */
  void deleted(String token) {
    deleted.add(token);
  }

  List<String> live() {
    return List.copyOf(live);
  }

  List<String> deleted() {
    return List.copyOf(deleted);
  }
}
