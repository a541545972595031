package dev.servicetokens.access;

import static dev.servicetokens.access.PredefinedRole.GUEST;
import static dev.servicetokens.access.PredefinedRole.K8S_TROUBLESHOOTER;
import static dev.servicetokens.access.PredefinedRole.POWER_USER;
import static dev.servicetokens.access.PredefinedRole.TOKEN_VERIFIER;

import dev.servicetokens.text.InvalidInputException;
import dev.servicetokens.text.TokenText;
import java.util.Collections;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;
import java.util.regex.Pattern;

/**
 * What somebody may be allowed to do, by its name. The constants are the predefined ones, each with
 * the predefined roles that have it; {@link PredefinedRole#ADMIN} has every permission. A new
 * predefined permission is one constant here. All others are defined by whoever runs the server,
 * see {@link DefinedPermissions}; that a name is well formed does not mean that it is defined.
 *
 * @param permissionName the name on the wire and in the database: 1 to 100 small letters, digits,
 *     dots, underscores, colons and hyphens, the first a letter or a digit; {@code
 *     create-service-tokens} or {@code deploy:prod} for example
 */
public record Permission(String permissionName) implements Comparable<Permission> {

  private static final Pattern NAME = Pattern.compile("[a-z0-9][a-z0-9._:-]{0,99}");

  /** Filled by the constants below, and by nobody later. */
  private static final Map<String, Permission> PREDEFINED = new HashMap<>();

  /** The roles beside the administrator's that have a predefined permission. */
  private static final Map<Permission, Set<PredefinedRole>> ROLES = new HashMap<>();

  public static final Permission CREATE_DASHBOARDS =
      predefined("create-dashboards", POWER_USER, K8S_TROUBLESHOOTER, GUEST);
  public static final Permission CREATE_FAVORITE_DASHBOARDS =
      predefined("create-favorite-dashboards", POWER_USER, K8S_TROUBLESHOOTER, GUEST);
  public static final Permission CREATE_FAVORITE_VIEWS =
      predefined("create-favorite-views", POWER_USER, K8S_TROUBLESHOOTER, GUEST);
  public static final Permission CREATE_INGESTION_API_KEYS =
      predefined("create-ingestion-api-keys");
  public static final Permission CREATE_METRIC_BINDINGS =
      predefined("create-metric-bindings", POWER_USER);
  public static final Permission CREATE_MONITORS =
      predefined("create-monitors", POWER_USER, K8S_TROUBLESHOOTER);
  public static final Permission CREATE_NOTIFICATIONS =
      predefined("create-notifications", POWER_USER, K8S_TROUBLESHOOTER);
  public static final Permission CREATE_SERVICE_TOKENS = predefined("create-service-tokens");
  public static final Permission CREATE_STACKPACK_CONFIGURATIONS =
      predefined("create-stackpack-configurations", POWER_USER);
  public static final Permission CREATE_VIEWS =
      predefined("create-views", POWER_USER, K8S_TROUBLESHOOTER);
  public static final Permission DELETE_DASHBOARDS =
      predefined("delete-dashboards", POWER_USER, K8S_TROUBLESHOOTER, GUEST);
  public static final Permission DELETE_FAVORITE_DASHBOARDS =
      predefined("delete-favorite-dashboards", POWER_USER, K8S_TROUBLESHOOTER, GUEST);
  public static final Permission DELETE_FAVORITE_VIEWS =
      predefined("delete-favorite-views", POWER_USER, K8S_TROUBLESHOOTER, GUEST);
  public static final Permission DELETE_INGESTION_API_KEYS =
      predefined("delete-ingestion-api-keys");
  public static final Permission DELETE_METRIC_BINDINGS =
      predefined("delete-metric-bindings", POWER_USER);
  public static final Permission DELETE_MONITORS =
      predefined("delete-monitors", POWER_USER, K8S_TROUBLESHOOTER);
  public static final Permission DELETE_NOTIFICATIONS =
      predefined("delete-notifications", POWER_USER, K8S_TROUBLESHOOTER);
  public static final Permission DELETE_SERVICE_TOKENS = predefined("delete-service-tokens");
  public static final Permission DELETE_STACKPACK_CONFIGURATIONS =
      predefined("delete-stackpack-configurations", POWER_USER);
  public static final Permission DELETE_SYNC_DATA = predefined("delete-sync-data", POWER_USER);
  public static final Permission DELETE_VIEWS = predefined("delete-views", K8S_TROUBLESHOOTER);
  public static final Permission EXECUTE_AI =
      predefined("execute-ai", POWER_USER, K8S_TROUBLESHOOTER);
  public static final Permission EXECUTE_COMPONENT_ACTIONS =
      predefined("execute-component-actions", POWER_USER);
  public static final Permission EXECUTE_MONITORS =
      predefined("execute-monitors", POWER_USER, K8S_TROUBLESHOOTER);
  public static final Permission EXECUTE_RESTRICTED_SCRIPTS =
      predefined("execute-restricted-scripts");
  public static final Permission EXECUTE_SCRIPTS = predefined("execute-scripts", POWER_USER);
  public static final Permission GET_AGENTS =
      predefined("get-agents", POWER_USER, K8S_TROUBLESHOOTER);
  public static final Permission GET_API_TOKENS =
      predefined("get-api-tokens", POWER_USER, K8S_TROUBLESHOOTER, GUEST);
  public static final Permission GET_AUDIT_EVENTS = predefined("get-audit-events");
  public static final Permission GET_DASHBOARDS =
      predefined("get-dashboards", POWER_USER, K8S_TROUBLESHOOTER, GUEST);
  public static final Permission GET_INGESTION_API_KEYS = predefined("get-ingestion-api-keys");
  public static final Permission GET_METRIC_BINDINGS =
      predefined("get-metric-bindings", POWER_USER, K8S_TROUBLESHOOTER, GUEST);
  public static final Permission GET_METRICS =
      predefined("get-metrics", POWER_USER, K8S_TROUBLESHOOTER, GUEST);
  public static final Permission GET_MONITORS =
      predefined("get-monitors", POWER_USER, K8S_TROUBLESHOOTER, GUEST);
  public static final Permission GET_NOTIFICATIONS =
      predefined("get-notifications", POWER_USER, K8S_TROUBLESHOOTER, GUEST);
  public static final Permission GET_PERMISSIONS =
      predefined("get-permissions", POWER_USER, K8S_TROUBLESHOOTER, GUEST);
  public static final Permission GET_SERVICE_TOKENS = predefined("get-service-tokens");
  public static final Permission GET_SETTINGS =
      predefined("get-settings", POWER_USER, K8S_TROUBLESHOOTER, GUEST);
  public static final Permission GET_STACKPACKS =
      predefined("get-stackpacks", POWER_USER, K8S_TROUBLESHOOTER);
  public static final Permission GET_SYNC_DATA = predefined("get-sync-data", POWER_USER);
  public static final Permission GET_SYSTEM_NOTIFICATIONS =
      predefined("get-system-notifications", POWER_USER, K8S_TROUBLESHOOTER, GUEST);
  public static final Permission GET_TOPIC_MESSAGES =
      predefined("get-topic-messages", POWER_USER, K8S_TROUBLESHOOTER, GUEST);
  public static final Permission GET_TOPOLOGY = predefined("get-topology", POWER_USER);
  public static final Permission GET_TRACES =
      predefined("get-traces", POWER_USER, K8S_TROUBLESHOOTER, GUEST);
  public static final Permission GET_VIEWS =
      predefined("get-views", POWER_USER, K8S_TROUBLESHOOTER, GUEST);
  public static final Permission MANAGE_SERVER = predefined("manage-server");
  public static final Permission ROTATE_OWN_SERVICE_TOKEN = predefined("rotate-own-service-token");
  public static final Permission UPDATE_DASHBOARDS =
      predefined("update-dashboards", POWER_USER, K8S_TROUBLESHOOTER, GUEST);
  public static final Permission UPDATE_METRIC_BINDINGS =
      predefined("update-metric-bindings", POWER_USER);
  public static final Permission UPDATE_METRICS = predefined("update-metrics", POWER_USER);
  public static final Permission UPDATE_MONITORS =
      predefined("update-monitors", POWER_USER, K8S_TROUBLESHOOTER);
  public static final Permission UPDATE_NOTIFICATIONS =
      predefined("update-notifications", POWER_USER, K8S_TROUBLESHOOTER);
  public static final Permission UPDATE_PERMISSIONS = predefined("update-permissions");
  public static final Permission UPDATE_SCOPED_PERMISSIONS =
      predefined("update-scoped-permissions");
  public static final Permission UPDATE_SETTINGS = predefined("update-settings", POWER_USER);
  public static final Permission UPDATE_STACKPACK_CONFIGURATIONS =
      predefined("update-stackpack-configurations", POWER_USER);
  public static final Permission UPDATE_STACKPACKS =
      predefined("update-stackpacks", K8S_TROUBLESHOOTER);
  public static final Permission UPDATE_VIEWS =
      predefined("update-views", POWER_USER, K8S_TROUBLESHOOTER);
  public static final Permission UPDATE_VISUALIZATION =
      predefined("update-visualization", POWER_USER, K8S_TROUBLESHOOTER, GUEST);
  public static final Permission VERIFY_SERVICE_TOKENS =
      predefined("verify-service-tokens", TOKEN_VERIFIER);

  /**
   * @throws InvalidInputException if the name breaks the rules above, or is a token string
   */
  public Permission {
    if (!isName(permissionName) || TokenText.occursIn(permissionName)) {
      throw new InvalidInputException(
          "The name of a permission is 1 to 100 small letters, digits, dots, underscores, colons and hyphens, the first a letter or a digit, 'deploy:prod' for example, and no token string; correct it.");
    }
  }

  private static Permission predefined(String name, PredefinedRole... rolesBesideAdmin) {
    Permission permission = new Permission(name);
    PREDEFINED.put(name, permission);
    ROLES.put(permission, Set.of(rolesBesideAdmin));
    return permission;
  }

  /** Whether a permission could have that name. */
  public static boolean isName(String text) {
    return NAME.matcher(text).matches();
  }

  /**
   * The permission of that name, defined or not; of each predefined one there is one instance.
   *
   * @throws InvalidInputException if no permission can have that name
   */
  public static Permission of(String name) {
    Permission predefined = PREDEFINED.get(name);
    return predefined == null ? new Permission(name) : predefined;
  }

  /** The predefined ones. */
  public static Set<Permission> predefined() {
    return Collections.unmodifiableSet(ROLES.keySet());
  }

  /** Whether every server of this release has it. */
  boolean isPredefined() {
    return PREDEFINED.containsKey(permissionName);
  }

  /** Whether the predefined role has this permission, which is predefined. */
  boolean isHeldBy(PredefinedRole role) {
    return role == PredefinedRole.ADMIN || ROLES.getOrDefault(this, Set.of()).contains(role);
  }

  /** By name. */
  @Override
  public int compareTo(Permission other) {
    return permissionName.compareTo(other.permissionName);
  }

  @Override
  public String toString() {
    return permissionName;
  }
}
