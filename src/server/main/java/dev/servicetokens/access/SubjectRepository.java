package dev.servicetokens.access;

import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Where the subjects that were made through the API are kept, with their permissions. */
public interface SubjectRepository {

  /** How many tokens that name a subject are looked for at most. */
  int NAMED_TOKENS = 6;

  /**
   * Adds a subject without permissions and scope. New or not, nobody else can change or dedicate it
   * until the transaction ends.
   *
   * @return false if there is one of that handle already, which is then left as it is
   */
  boolean add(SubjectHandle handle);

  /**
   * Removes the subject and its permissions.
   *
   * @return false if there is none of that handle
   */
  boolean remove(SubjectHandle handle);

  /** The subject of that handle; empty if there is none. */
  Optional<Subject> find(SubjectHandle handle);

  /**
   * The first subjects by handle (bytewise) that follow one.
   *
   * @param after the handle behind which to begin; null for the first
   * @param limit how many at most
   */
  List<Subject> list(@Nullable SubjectHandle after, int limit);

  /**
   * Keeps others from changing or removing the subject until the transaction ends.
   *
   * @return false if there is none of that handle
   */
  boolean lock(SubjectHandle handle);

  /** Gives the subject, which exists, that scope; nothing if there is none of that handle. */
  void update(SubjectHandle handle, SubjectScope scope);

  /**
   * Gives the subject, which must exist, a permission.
   *
   * @return false if it has it already
   */
  boolean grant(SubjectHandle handle, Grant grant);

  /** How many permissions the subject holds, each on a resource. */
  int countPermissions(SubjectHandle handle);

  /**
   * Takes a permission from the subject.
   *
   * @return false if it does not have it
   */
  boolean revoke(SubjectHandle handle, Grant grant);

  /** Those of the handles that are subjects here; they stay until the transaction ends. */
  Set<SubjectHandle> existing(Collection<SubjectHandle> handles);

  /** The token that the subject is dedicated to; empty if there is none. */
  Optional<NamedToken> ownerOf(SubjectHandle handle);

  /**
   * Tokens, expired ones too, that have the handle among their roles, whether or not it is a
   * subject's; {@link #NAMED_TOKENS} of them at most.
   */
  List<NamedToken> tokensNaming(SubjectHandle handle);

  /**
   * What the subject holds of the permissions that are defined; {@link PermissionSet#NONE} also if
   * there is no such subject.
   */
  PermissionSet permissionsOf(SubjectHandle handle);

  /** What the subjects hold together. */
  PermissionSet permissionsOf(Collection<SubjectHandle> handles);
}
