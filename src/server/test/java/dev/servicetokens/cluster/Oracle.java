package dev.servicetokens.cluster;

import dev.servicetokens.access.DefinedPermissions;
import dev.servicetokens.access.Permission;
import dev.servicetokens.access.PermissionSet;
import dev.servicetokens.access.Principal;
import dev.servicetokens.access.SubjectHandle;
import dev.servicetokens.token.TokenDigest;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** What was promised of one token, and whether an answer kept to it. */
final class Oracle {

  final long tokenId;
  final TokenDigest digest;
  final boolean wellFormed;
  private boolean createReturned;
  private boolean deleteBegun;
  private boolean deleteReturned;

  /** How often a fail-over has taken back what had returned, where nobody promised to keep it. */
  private int takenBack;

  private int versionReturned;
  private int versionBegun;

  Oracle(long tokenId, boolean created) {
    this.tokenId = tokenId;
    this.digest = new TokenDigest(tokenId, 0, 0, 0);
    this.wellFormed = created;
    this.createReturned = created;
  }

  /** The token with that version of what its role may do. */
  Principal principal(int version) {
    return new Principal(
        tokenId,
        "token",
        List.of(new SubjectHandle("role-" + tokenId)),
        new PermissionSet(Map.of("v" + version, Set.of(Permission.GET_VIEWS))),
        null,
        DefinedPermissions.PREDEFINED);
  }

  /**
   * Putting it in place has returned. As below, it counts if the database still has it: that
   * acknowledged commits survive is the promise's premise.
   */
  void created(Map<TokenDigest, Principal> tokens) {
    createReturned = tokens.containsKey(digest);
  }

  void deleteBegins() {
    deleteBegun = true;
  }

  void deleted(Map<TokenDigest, Principal> tokens) {
    deleteReturned = !tokens.containsKey(digest);
  }

  int grantBegins() {
    return ++versionBegun;
  }

  void granted(int version, Map<TokenDigest, Principal> tokens) {
    Principal stored = tokens.get(digest);
    if (stored != null && version(stored) >= version) {
      versionReturned = Math.max(versionReturned, version);
    }
  }

  /** Whether a standby that takes over still has a token whose DELETE has returned. */
  boolean isUndone(Map<TokenDigest, Principal> tokens) {
    return deleteReturned && tokens.containsKey(digest);
  }

  boolean isDeleteReturned() {
    return deleteReturned;
  }

  /** A fail-over has lost what nobody promised to keep. */
  void lost(Map<TokenDigest, Principal> tokens) {
    Principal stored = tokens.get(digest);
    if (stored == null) {
      createReturned &= deleteBegun;
    } else {
      if (deleteReturned || version(stored) < versionReturned) {
        takenBack++;
      }
      deleteReturned = false;
      versionReturned = Math.min(versionReturned, version(stored));
    }
  }

  /** A request begins now. */
  Expectation begin() {
    return new Expectation(deleteReturned, createReturned && !deleteBegun, versionReturned);
  }

  /** What must hold for a request that began at some moment. */
  final class Expectation {
    private final boolean mustRefuse;
    private final boolean mustAccept;
    private final int leastVersion;
    private final int takenBackBefore = takenBack;

    private Expectation(boolean mustRefuse, boolean mustAccept, int leastVersion) {
      this.mustRefuse = mustRefuse;
      this.mustAccept = mustAccept;
      this.leastVersion = leastVersion;
    }

    /** What is wrong with the answer; empty if nothing. */
    Optional<String> violation(Optional<Principal> answer) {
      if (takenBack != takenBackBefore) {
        return Optional.empty(); // And perhaps it has returned again since.
      }
      if (answer.isPresent() && mustRefuse && deleteReturned) {
        return Optional.of("accepted after DELETE had returned");
      }
      if (answer.isEmpty() && mustAccept && createReturned && !deleteBegun) {
        return Optional.of("refused after it was put in place");
      }
      if (answer.isPresent() && version(answer.get()) < Math.min(leastVersion, versionReturned)) {
        return Optional.of("answered by permissions that were replaced");
      }
      return Optional.empty();
    }
  }

  /** Grants only add: of two that commit in any order, what is left is the greater. */
  static Principal newer(Principal one, Principal other) {
    return version(one) > version(other) ? one : other;
  }

  private static int version(Principal principal) {
    Set<String> resources = principal.permissions().byResource().keySet();
    return Integer.parseInt(resources.iterator().next().substring(1));
  }
}
