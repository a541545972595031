package dev.servicetokens.cli.rbac;

import dev.servicetokens.cli.failure.CommandFailure;
import dev.servicetokens.cli.help.Nearest;
import dev.servicetokens.cli.server.ServerConnection;
import dev.servicetokens.client.model.PermissionDefinition;
import dev.servicetokens.client.model.PermissionOrigin;
import dev.servicetokens.client.model.Session;
import java.util.List;
import java.util.Set;
import java.util.regex.Pattern;

/**
 * The names of the permissions that there are, or of those that the caller has where it may not see
 * others.
 *
 * @param names sorted
 */
public record KnownPermissions(List<String> names) {

  private static final int BAD_REQUEST = 400;
  private static final Pattern OWN_NAME = Pattern.compile("[a-z0-9][a-z0-9._:-]{0,99}");
  private static final String LIST = "get-permissions";

  /** Who has every permission has these, too; who lacks one need not be compared with the list. */
  private static final Set<String> OF_ADMINISTRATORS =
      Set.of(LIST, "update-permissions", "create-service-tokens", "delete-service-tokens");

  /** Copies the names. */
  public KnownPermissions {
    names = List.copyOf(names);
  }

  /** Asks what the caller may see, and no more; whatever goes wrong leaves nothing known. */
  public static KnownPermissions ask(ServerConnection connection) {
    try {
      Session caller = connection.ask(client -> client.userSession().getSession());
      if (maySeeAll(caller)) {
        return new KnownPermissions(
            connection.ask(client -> client.permissions().listPermissions()).getPermissions());
      }
      return new KnownPermissions(
          caller.getPermissions().values().stream()
              .flatMap(List::stream)
              .distinct()
              .sorted()
              .toList());
    } catch (CommandFailure refused) {
      return new KnownPermissions(List.of());
    }
  }

  /** The same for those that somebody can delete; none where the caller may not see others. */
  public static KnownPermissions askForDeletable(ServerConnection connection) {
    try {
      Session caller = connection.ask(client -> client.userSession().getSession());
      if (!maySeeAll(caller)) {
        return new KnownPermissions(List.of());
      }
      return new KnownPermissions(
          custom(connection).stream()
              .filter(definition -> definition.getOrigin() == PermissionOrigin.CUSTOM)
              .map(PermissionDefinition::getName)
              .toList());
    } catch (CommandFailure refused) {
      return new KnownPermissions(List.of());
    }
  }

  /** To ask for a list without the permission would be a denial in the audit log. */
  private static boolean maySeeAll(Session caller) {
    return onSystem(caller).contains(LIST);
  }

  /**
   * The permissions that do not come with the server.
   *
   * @throws CommandFailure if the server refuses or does not answer
   */
  static List<PermissionDefinition> custom(ServerConnection connection) {
    return connection
        .ask(client -> client.permissions().listPermissionDefinitions())
        .getPermissions()
        .stream()
        .filter(definition -> definition.getOrigin() != PermissionOrigin.PREDEFINED)
        .toList();
  }

  /**
   * Whether a caller has every permission on every resource. Asks the server only if the caller can
   * administer it, and so may be such a one; if it does not answer, this is false.
   */
  public static boolean areAllHeld(Session caller, ServerConnection connection) {
    List<String> held = onSystem(caller);
    if (!held.containsAll(OF_ADMINISTRATORS)) {
      return false;
    }
    try {
      return Set.copyOf(held)
          .containsAll(
              connection.ask(client -> client.permissions().listPermissions()).getPermissions());
    } catch (CommandFailure refused) {
      return false;
    }
  }

  /** Whether a permission of one's own can have the name. */
  static boolean canBeDefined(String name) {
    return OWN_NAME.matcher(name).matches();
  }

  /**
   * The refusal of a permission with the name that was probably meant, if there is no such one.
   *
   * @param refusal of any kind; only the one that may be about that is changed
   */
  static CommandFailure explained(
      CommandFailure refusal, String permission, ServerConnection connection) {
    if (refusal.status() != BAD_REQUEST) {
      return refusal;
    }
    List<String> known = ask(connection).names();
    return known.contains(permission)
        ? refusal
        : Nearest.to(permission, known)
            .map(near -> refusal.advising("Did you mean \"" + near + "\"?"))
            .orElse(refusal);
  }

  private static List<String> onSystem(Session caller) {
    return caller.getPermissions().getOrDefault("system", List.of());
  }
}
