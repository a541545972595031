package dev.servicetokens.cli.servicetoken;

import dev.servicetokens.cli.failure.CommandFailure;
import dev.servicetokens.cli.help.Nearest;
import dev.servicetokens.cli.server.ServerConnection;
import dev.servicetokens.client.model.Session;
import dev.servicetokens.client.model.Subject;
import java.util.List;
import java.util.Optional;

/**
 * The roles that there are, or those of the caller where it may not see others.
 *
 * @param all whether these are all
 */
record KnownRoles(List<String> handles, boolean all) {

  private static final int MOST_TO_SHOW = 40;

  /** Asks what the caller may see, and no more; whatever goes wrong costs advice only. */
  static KnownRoles ask(ServerConnection connection) {
    try {
      // To ask for subjects without the permission would be a denial in the audit log.
      Session caller = connection.ask(client -> client.userSession().getSession());
      if (!caller.getPermissions().getOrDefault("system", List.of()).contains("get-permissions")) {
        return new KnownRoles(caller.getRoles().stream().sorted().toList(), false);
      }
      return new KnownRoles(
          connection.ask(client -> client.subjects().listSubjects()).stream()
              .map(Subject::getHandle)
              .sorted()
              .toList(),
          true);
    } catch (CommandFailure refused) {
      return new KnownRoles(List.of(), false);
    }
  }

  /**
   * What to say about wanted roles.
   *
   * @param own a subject that the new token would bring along
   * @return empty if none of them is unknown
   */
  Optional<String> advice(List<String> wanted, String own) {
    return wanted.stream()
        .filter(role -> !handles.contains(role) && !role.equals(own))
        .findFirst()
        .filter(unknown -> !handles.isEmpty())
        .map(
            unknown ->
                Nearest.to(unknown, handles)
                        .map(near -> "Did you mean \"" + near + "\"? ")
                        .orElse("")
                    + (all ? "The roles are: " : "Your own roles are: ")
                    + String.join(", ", handles.stream().limit(MOST_TO_SHOW).toList())
                    + (handles.size() > MOST_TO_SHOW
                        ? " and others; \"sts rbac describe-subjects\" lists them"
                        : ""));
  }
}
