package dev.servicetokens.access;

import java.util.List;
import java.util.stream.Collectors;

/**
 * Tokens have that handle already, and whoever wants it may not know: what is given to it would be
 * theirs.
 */
public final class SubjectInUseException extends RuntimeException {

  private static final long serialVersionUID = 1L;

  private SubjectInUseException(String message) {
    super(message);
  }

  /** The subject goes with a token, and is nobody else's to make. */
  static SubjectInUseException isDedicated(SubjectHandle handle, NamedToken owner) {
    return new SubjectInUseException(
        "The subject '%s' is dedicated to the service token %s; choose another name."
            .formatted(handle, owner));
  }

  /** There is no such subject any more, or not yet, and tokens name it all the same. */
  static SubjectInUseException isNamed(SubjectHandle handle, List<NamedToken> tokens) {
    return new SubjectInUseException(
        "Service tokens still name the role '%s' and would have what the new subject is given; delete them, choose another name, or repeat with adopt=true: %s"
            .formatted(handle, list(tokens)));
  }

  /** A dedicated subject is one token's alone, and others name it. */
  static SubjectInUseException isNotAlone(SubjectHandle handle, List<NamedToken> tokens) {
    return new SubjectInUseException(
        "Other service tokens name the role '%s' and would have what this token's subject is given; choose another name, or delete them: %s"
            .formatted(handle, list(tokens)));
  }

  /** The same to somebody who may not see tokens. */
  static SubjectInUseException isNotAlone(SubjectHandle handle) {
    return new SubjectInUseException(
        "Other service tokens name the role '%s' and would have what this token's subject is given; choose another name."
            .formatted(handle));
  }

  private static String list(List<NamedToken> tokens) {
    String shown =
        tokens.stream()
            .limit(SubjectRepository.NAMED_TOKENS - 1L)
            .map(NamedToken::toString)
            .collect(Collectors.joining(", "));
    return tokens.size() < SubjectRepository.NAMED_TOKENS ? shown : shown + " and more";
  }
}
