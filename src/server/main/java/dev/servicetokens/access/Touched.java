package dev.servicetokens.access;

import java.util.List;
import org.jspecify.annotations.Nullable;

/** What a change touches, so that it can be locked before the change is begun. */
public sealed interface Touched {

  /**
   * A token is created. What its roles name must still be there when it is committed.
   *
   * @param dedicatedSubject the subject that it takes or makes; null for none
   */
  record NewToken(List<SubjectHandle> roles, @Nullable SubjectHandle dedicatedSubject)
      implements Touched {

    /** Copies the roles. */
    public NewToken {
      roles = List.copyOf(roles);
    }
  }

  /** A token is deleted, with its dedicated subject if it has one. */
  record DeletedToken(long tokenId) implements Touched {}

  /** A subject is made, or what it holds is changed. */
  record ChangedSubject(SubjectHandle handle) implements Touched {}

  /** A subject is deleted; a token that it is dedicated to loses it. */
  record DeletedSubject(SubjectHandle handle) implements Touched {}
}
