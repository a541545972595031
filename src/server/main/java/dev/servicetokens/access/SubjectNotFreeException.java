package dev.servicetokens.access;

import java.util.List;
import java.util.stream.Collectors;

/**
 * Somebody wants to make a subject, or to dedicate one to a token, and cannot have that handle: it
 * is a subject's already, or tokens have it and would get what is given to it.
 */
public final class SubjectNotFreeException extends RuntimeException {

  private static final long serialVersionUID = 1L;

  private SubjectNotFreeException(String message) {
    super(message);
  }

  /** There is such a subject, and only a new one was wanted. */
  static SubjectNotFreeException exists(SubjectHandle handle) {
    return new SubjectNotFreeException(
        "The subject '%s' exists already; choose another name, or leave out createOnly."
            .formatted(handle));
  }

  /** The subject comes from configuration, and cannot be dedicated to a token. */
  static SubjectNotFreeException isStatic(SubjectHandle handle) {
    return new SubjectNotFreeException(
        "The subject '%s' comes from configuration and cannot be dedicated to a token; choose another name."
            .formatted(handle));
  }

  /** The subject is dedicated to another token. */
  static SubjectNotFreeException isTaken(SubjectHandle handle) {
    return new SubjectNotFreeException(
        "The subject '%s' is dedicated to another token; choose another name.".formatted(handle));
  }

  /** The subject goes with a token, and is nobody else's to make. */
  static SubjectNotFreeException isDedicated(SubjectHandle handle, NamedToken owner) {
    return new SubjectNotFreeException(
        "The subject '%s' is dedicated to the service token %s; choose another name."
            .formatted(handle, owner));
  }

  /** There is no such subject any more, or not yet, and tokens name it all the same. */
  static SubjectNotFreeException isNamed(SubjectHandle handle, List<NamedToken> tokens) {
    return new SubjectNotFreeException(
        "Service tokens still name the role '%s' and would have what the new subject is given; delete them, choose another name, or repeat with adopt=true: %s"
            .formatted(handle, list(tokens)));
  }

  /** A dedicated subject is one token's alone, and others name it. */
  static SubjectNotFreeException isNotAlone(SubjectHandle handle, List<NamedToken> tokens) {
    return new SubjectNotFreeException(
        "Other service tokens name the role '%s' and would have what this token's subject is given; choose another name, or delete them: %s"
            .formatted(handle, list(tokens)));
  }

  /** The same to somebody who may not see tokens. */
  static SubjectNotFreeException isNotAlone(SubjectHandle handle) {
    return new SubjectNotFreeException(
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
