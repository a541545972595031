package dev.servicetokens.access;

import static dev.servicetokens.access.PredefinedRole.GUEST;
import static dev.servicetokens.access.PredefinedRole.K8S_TROUBLESHOOTER;
import static dev.servicetokens.access.PredefinedRole.POWER_USER;
import static dev.servicetokens.access.PredefinedRole.TOKEN_VERIFIER;

import java.util.Arrays;
import java.util.EnumSet;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import java.util.stream.Collectors;

/**
 * All permissions there are, each with the predefined roles that have it; {@link
 * PredefinedRole#ADMIN} has every one. A new permission is one constant here.
 */
public enum Permission {
  CREATE_DASHBOARDS("create-dashboards", POWER_USER, K8S_TROUBLESHOOTER, GUEST),
  CREATE_FAVORITE_DASHBOARDS("create-favorite-dashboards", POWER_USER, K8S_TROUBLESHOOTER, GUEST),
  CREATE_FAVORITE_VIEWS("create-favorite-views", POWER_USER, K8S_TROUBLESHOOTER, GUEST),
  CREATE_INGESTION_API_KEYS("create-ingestion-api-keys"),
  CREATE_METRIC_BINDINGS("create-metric-bindings", POWER_USER),
  CREATE_MONITORS("create-monitors", POWER_USER, K8S_TROUBLESHOOTER),
  CREATE_NOTIFICATIONS("create-notifications", POWER_USER, K8S_TROUBLESHOOTER),
  CREATE_SERVICE_TOKENS("create-service-tokens"),
  CREATE_STACKPACK_CONFIGURATIONS("create-stackpack-configurations", POWER_USER),
  CREATE_VIEWS("create-views", POWER_USER, K8S_TROUBLESHOOTER),
  DELETE_DASHBOARDS("delete-dashboards", POWER_USER, K8S_TROUBLESHOOTER, GUEST),
  DELETE_FAVORITE_DASHBOARDS("delete-favorite-dashboards", POWER_USER, K8S_TROUBLESHOOTER, GUEST),
  DELETE_FAVORITE_VIEWS("delete-favorite-views", POWER_USER, K8S_TROUBLESHOOTER, GUEST),
  DELETE_INGESTION_API_KEYS("delete-ingestion-api-keys"),
  DELETE_METRIC_BINDINGS("delete-metric-bindings", POWER_USER),
  DELETE_MONITORS("delete-monitors", POWER_USER, K8S_TROUBLESHOOTER),
  DELETE_NOTIFICATIONS("delete-notifications", POWER_USER, K8S_TROUBLESHOOTER),
  DELETE_SERVICE_TOKENS("delete-service-tokens"),
  DELETE_STACKPACK_CONFIGURATIONS("delete-stackpack-configurations", POWER_USER),
  DELETE_SYNC_DATA("delete-sync-data", POWER_USER),
  DELETE_VIEWS("delete-views", K8S_TROUBLESHOOTER),
  EXECUTE_AI("execute-ai", POWER_USER, K8S_TROUBLESHOOTER),
  EXECUTE_COMPONENT_ACTIONS("execute-component-actions", POWER_USER),
  EXECUTE_MONITORS("execute-monitors", POWER_USER, K8S_TROUBLESHOOTER),
  EXECUTE_RESTRICTED_SCRIPTS("execute-restricted-scripts"),
  EXECUTE_SCRIPTS("execute-scripts", POWER_USER),
  GET_AGENTS("get-agents", POWER_USER, K8S_TROUBLESHOOTER),
  GET_API_TOKENS("get-api-tokens", POWER_USER, K8S_TROUBLESHOOTER, GUEST),
  GET_AUDIT_EVENTS("get-audit-events"),
  GET_DASHBOARDS("get-dashboards", POWER_USER, K8S_TROUBLESHOOTER, GUEST),
  GET_INGESTION_API_KEYS("get-ingestion-api-keys"),
  GET_METRIC_BINDINGS("get-metric-bindings", POWER_USER, K8S_TROUBLESHOOTER, GUEST),
  GET_METRICS("get-metrics", POWER_USER, K8S_TROUBLESHOOTER, GUEST),
  GET_MONITORS("get-monitors", POWER_USER, K8S_TROUBLESHOOTER, GUEST),
  GET_NOTIFICATIONS("get-notifications", POWER_USER, K8S_TROUBLESHOOTER, GUEST),
  GET_PERMISSIONS("get-permissions", POWER_USER, K8S_TROUBLESHOOTER, GUEST),
  GET_SERVICE_TOKENS("get-service-tokens"),
  GET_SETTINGS("get-settings", POWER_USER, K8S_TROUBLESHOOTER, GUEST),
  GET_STACKPACKS("get-stackpacks", POWER_USER, K8S_TROUBLESHOOTER),
  GET_SYNC_DATA("get-sync-data", POWER_USER),
  GET_SYSTEM_NOTIFICATIONS("get-system-notifications", POWER_USER, K8S_TROUBLESHOOTER, GUEST),
  GET_TOPIC_MESSAGES("get-topic-messages", POWER_USER, K8S_TROUBLESHOOTER, GUEST),
  GET_TOPOLOGY("get-topology", POWER_USER),
  GET_TRACES("get-traces", POWER_USER, K8S_TROUBLESHOOTER, GUEST),
  GET_VIEWS("get-views", POWER_USER, K8S_TROUBLESHOOTER, GUEST),
  MANAGE_SERVER("manage-server"),
  UPDATE_DASHBOARDS("update-dashboards", POWER_USER, K8S_TROUBLESHOOTER, GUEST),
  UPDATE_METRIC_BINDINGS("update-metric-bindings", POWER_USER),
  UPDATE_METRICS("update-metrics", POWER_USER),
  UPDATE_MONITORS("update-monitors", POWER_USER, K8S_TROUBLESHOOTER),
  UPDATE_NOTIFICATIONS("update-notifications", POWER_USER, K8S_TROUBLESHOOTER),
  UPDATE_PERMISSIONS("update-permissions"),
  UPDATE_SCOPED_PERMISSIONS("update-scoped-permissions"),
  UPDATE_SETTINGS("update-settings", POWER_USER),
  UPDATE_STACKPACK_CONFIGURATIONS("update-stackpack-configurations", POWER_USER),
  UPDATE_STACKPACKS("update-stackpacks", K8S_TROUBLESHOOTER),
  UPDATE_VIEWS("update-views", POWER_USER, K8S_TROUBLESHOOTER),
  UPDATE_VISUALIZATION("update-visualization", POWER_USER, K8S_TROUBLESHOOTER, GUEST),
  VERIFY_SERVICE_TOKENS("verify-service-tokens", TOKEN_VERIFIER);

  private static final Map<String, Permission> BY_NAME =
      Arrays.stream(values())
          .collect(Collectors.toUnmodifiableMap(p -> p.permissionName, Function.identity()));

  private final String permissionName;

  @SuppressWarnings("ImmutableEnumChecker") // Nobody changes it after the constructor.
  private final Set<PredefinedRole> roles;

  Permission(String permissionName, PredefinedRole... rolesBesideAdmin) {
    this.permissionName = permissionName;
    this.roles = EnumSet.of(PredefinedRole.ADMIN, rolesBesideAdmin);
  }

  /** The name on the wire and in the database, {@code create-service-tokens} for example. */
  public String permissionName() {
    return permissionName;
  }

  /** Whether the predefined role has this permission. */
  boolean isHeldBy(PredefinedRole role) {
    return roles.contains(role);
  }

  /** The permission of that name, compared exactly; empty if there is none. */
  public static Optional<Permission> named(String name) {
    return Optional.ofNullable(BY_NAME.get(name));
  }
}
