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

/** What was promised of one token string, and whether an answer kept to it. */
final class Oracle {

  final long tokenId;
  final long secretId;
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
    this(tokenId, 0, created, created);
  }

  private Oracle(long tokenId, long secretId, boolean wellFormed, boolean created) {
    this.tokenId = tokenId;
    this.secretId = secretId;
    this.digest = digest(tokenId, secretId);
    this.wellFormed = wellFormed;
    this.createReturned = created;
  }

  /** Of what a rotation will make. */
  static Oracle ofRotation(long tokenId, long secretId) {
    return new Oracle(tokenId, secretId, true, false);
  }

  /** The digest of a token's secret; 0 is the one that it was created with. */
  static TokenDigest digest(long tokenId, long secretId) {
    return new TokenDigest(tokenId, secretId, 0, 0);
  }

  /** The token string as its holder has it. */
  String text() {
    return "token-" + tokenId + "-" + secretId;
  }

  /** The token with that version of what its role may do. */
  Principal principal(int version) {
    return new Principal(
        tokenId,
        "token",
        List.of(new SubjectHandle("role-" + tokenId)),
        new PermissionSet(Map.of("v" + version, Set.of(Permission.GET_VIEWS))),
        null,
        DefinedPermissions.PREDEFINED,
        secretId);
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

  boolean isDeleteBegun() {
    return deleteBegun;
  }

  /** It goes on: what was begun has ended another one. */
  void deleteEnds() {
    deleteBegun = deleteReturned;
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
