package dev.servicetokens.access;

/**
 * One permission on one resource.
 *
 * @param permission what may be done
 * @param resource on what; {@link PermissionSet#SYSTEM} covers every resource
 */
public record Grant(Permission permission, String resource) {

  @Override
  public String toString() {
    return resource.equals(PermissionSet.SYSTEM)
        ? permission.permissionName()
        : permission.permissionName() + " on " + resource;
  }
}
