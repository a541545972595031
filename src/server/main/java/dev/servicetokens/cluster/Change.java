package dev.servicetokens.cluster;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.servicetokens.access.Principal;
import dev.servicetokens.access.SubjectHandle;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Arrays;
import java.util.Base64;
import java.util.List;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** What a node must forget. Immutable. */
public sealed interface Change {

  /**
   * The key of this change to who keeps answers elsewhere: what has it among its {@link #keysOf}
   * must be forgotten. Opaque, so that nobody takes it for a role; null if all must be.
   */
  default @Nullable String key() {
    return switch (this) {
      case OfToken(long tokenId) -> TOKEN + tokenId;
      case OfSubject(SubjectHandle subject) -> SUBJECT + opaque(subject);
      case OfAll() -> null;
    };
  }

  /** The keys of all changes that touch a token: its own, and each subject's that it names. */
  static List<String> keysOf(Principal principal) {
    return Stream.concat(
            Stream.of(TOKEN + principal.tokenId()),
            principal.roles().stream().map(role -> SUBJECT + opaque(role)))
        .toList();
  }

  /** What the key of a token's change begins with. */
  String TOKEN = "token:";

  /** What the key of a subject's change begins with. */
  String SUBJECT = "subject:";

  private static String opaque(SubjectHandle subject) {
    byte[] digest = sha256().digest(subject.value().getBytes(UTF_8));
    return Base64.getUrlEncoder().withoutPadding().encodeToString(Arrays.copyOf(digest, 12));
  }

  private static MessageDigest sha256() {
    try {
      return MessageDigest.getInstance("SHA-256");
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("Every Java has SHA-256.", e);
    }
  }

  /**
   * All of one token.
   *
   * @param tokenId its id
   */
  record OfToken(long tokenId) implements Change {}

  /**
   * All tokens that have a subject among their roles.
   *
   * @param subject the subject
   */
  record OfSubject(SubjectHandle subject) implements Change {}

  /** Everything, unknown digests too. */
  record OfAll() implements Change {}
}
