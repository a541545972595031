package dev.servicetokens.access;

import java.util.Collection;
import java.util.Set;

/** Where the subjects that were made through the API are kept, with their permissions. */
public interface SubjectRepository {

  /**
   * Adds a subject without permissions. New or not, nobody else can change or dedicate it until the
   * transaction ends.
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

  /** Those of the handles that are subjects here. */
  Set<SubjectHandle> existing(Collection<SubjectHandle> handles);

  /** What the subject holds; {@link PermissionSet#NONE} also if there is no such subject. */
  PermissionSet permissionsOf(SubjectHandle handle);
}
