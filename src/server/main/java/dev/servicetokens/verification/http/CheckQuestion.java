package dev.servicetokens.verification.http;

import dev.servicetokens.access.DefinedPermissions;
import dev.servicetokens.access.Grant;
import dev.servicetokens.access.Permission;
import dev.servicetokens.access.PermissionSet;
import dev.servicetokens.access.Principal;
import dev.servicetokens.access.SubjectHandle;
import dev.servicetokens.text.InvalidInputException;
import dev.servicetokens.text.PlainText;
import dev.servicetokens.text.TokenText;
import io.netty.handler.codec.http.QueryStringDecoder;
import java.net.URI;
import java.net.URISyntaxException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * What a reverse proxy asks of a token, as the target of its request says it. There are two forms:
 *
 * <ul>
 *   <li>{@code /api/check?permission=a&permission=b&resource=r&role=x}: everything that is named
 *       must hold;
 *   <li>{@code /api/check/PERMISSION/anything?anything}, for proxies that glue the client's own
 *       path and query to what they are told to ask. Only the first segment counts, as it was sent:
 *       no {@code ..}, {@code //} or {@code ;} behind it changes what is asked, because the client
 *       has written them.
 * </ul>
 *
 * Immutable.
 *
 * @param permissions names of what the token must be allowed on the resource, as they were sent:
 *     only who is asked about says which permissions there are
 * @param resource the resource, {@link PermissionSet#SYSTEM} unless another is named
 * @param roles handles that must be among the token's roles
 * @param application who asks, for the token's last use; null if the proxy does not say
 * @param isForBearer whether a refusal challenges for {@code Bearer}, as MCP clients need it,
 *     instead of {@code ApiKey}
 * @param resourceMetadata the URL of RFC 9728 that a challenge for Bearer names; null for none
 * @param fault why the question cannot be answered, in a sentence that says what to do; null if it
 *     can be
 */
record CheckQuestion(
    List<String> permissions,
    String resource,
    List<String> roles,
    @Nullable String application,
    boolean isForBearer,
    @Nullable String resourceMetadata,
    @Nullable String fault) {

  private static final String PERMISSION = "permission";
  private static final String RESOURCE = "resource";
  private static final String ROLE = "role";
  private static final String APPLICATION = "application";
  private static final String CHALLENGE = "challenge";
  private static final String RESOURCE_METADATA = "resource-metadata";
  private static final String BEARER = "bearer";
  private static final List<String> AT_MOST_ONCE =
      List.of(RESOURCE, APPLICATION, CHALLENGE, RESOURCE_METADATA);

  private static final int MAX_APPLICATION_LENGTH = 100;
  private static final int MAX_NAME_SHOWN = 100;

  /** A URL in a quoted string of a header must not be able to end it. */
  private static final String ENDS_QUOTING = "\"\\";

  /** Copies the lists. */
  CheckQuestion {
    permissions = List.copyOf(permissions);
    roles = List.copyOf(roles);
  }

  /**
   * Reads a question.
   *
   * @param rest what follows the path {@code /api/check} in the target of the request, as it was
   *     sent: empty, or from the next slash or question mark on
   */
  static CheckQuestion parse(String rest) {
    return rest.startsWith("/") ? ofPath(rest) : ofQuery(rest);
  }

  private static CheckQuestion ofPath(String rest) {
    int end = 1;
    while (end < rest.length() && "/?".indexOf(rest.charAt(end)) < 0) {
      end++;
    }
    String name = QueryStringDecoder.decodeComponent(rest.substring(1, end).replace("+", "%2B"));
    Draft draft = new Draft();
    draft.parameter(PERMISSION, name);
    return draft.question();
  }

  private static CheckQuestion ofQuery(String rest) {
    Draft draft = new Draft();
    parameters(rest)
        .forEach(
            (name, values) -> {
              if (AT_MOST_ONCE.contains(name) && values.size() > 1) {
                draft.fault("'%s' is given twice; give it once.".formatted(name));
              }
              values.forEach(value -> draft.parameter(name, value));
            });
    return draft.question();
  }

  private static Map<String, List<String>> parameters(String rest) {
    return QueryStringDecoder.builder()
        .hasPath(true)
        .semicolonIsNormalChar(true)
        .maxParams(
            Integer.MAX_VALUE) // A parameter that is left out would ask less; a URL is short.
        .charset(StandardCharsets.UTF_8)
        .build(rest)
        .parameters();
  }

  /** Whether the principal is allowed everything that is asked. */
  boolean isAllowed(Principal principal, List<String> shownRoles) {
    for (String name : permissions) {
      Permission permission = principal.defined().find(name);
      if (permission == null || !principal.permissions().allows(permission, resource)) {
        return false;
      }
    }
    for (String role : roles) {
      if (!shownRoles.contains(role)) {
        return false;
      }
    }
    return true;
  }

  /**
   * Why a token that is not allowed everything is not told so, but that the question is wrong: it
   * asks for a permission that there is not. Empty if all are defined.
   *
   * @param defined the permissions that there are
   */
  Optional<String> undefined(DefinedPermissions defined) {
    return permissions.stream()
        .filter(name -> defined.find(name) == null)
        .findFirst()
        .map(
            name ->
                "There is no permission '%s'; 'sts rbac list-permissions' lists those there are, 'sts rbac create-permission' defines one."
                    .formatted(shown(name)));
  }

  /** What is challenged for by a refusal of who has no live token (RFC 9110, section 11.6.1). */
  String challenge() {
    if (!isForBearer) {
      return "ApiKey realm=\"service-tokens\"";
    }
    return "Bearer realm=\"service-tokens\"" + metadata();
  }

  /**
   * What a token without a permission is told (RFC 6750, section 3.1); empty for ApiKey. Asked only
   * when all permissions are defined: the header has their names as the question has them.
   */
  Optional<String> insufficientScope() {
    if (!isForBearer) {
      return Optional.empty();
    }
    String scope = String.join(" ", permissions);
    return Optional.of(
        "Bearer error=\"insufficient_scope\""
            + (scope.isEmpty() ? "" : ", scope=\"" + scope + "\"")
            + metadata());
  }

  private String metadata() {
    return resourceMetadata == null ? "" : ", resource_metadata=\"" + resourceMetadata + "\"";
  }

  /**
   * Anybody may have written it, and it goes into a line of the log. It is masked before it is cut:
   * half a token string would not be recognised any more.
   */
  private static String shown(String name) {
    if (!PlainText.isOneLine(name)) {
      return "…";
    }
    String masked = TokenText.mask(name);
    return masked.length() <= MAX_NAME_SHOWN ? masked : masked.substring(0, MAX_NAME_SHOWN) + "…";
  }

  /** Collects what is asked; the first fault stays. */
  private static final class Draft {
    private final List<String> permissions = new ArrayList<>();
    private final List<String> roles = new ArrayList<>();
    private String resource = PermissionSet.SYSTEM;
    private @Nullable String application;
    private boolean isForBearer;
    private @Nullable String resourceMetadata;
    private @Nullable String fault;

    void parameter(String name, String value) {
      switch (name) {
        case PERMISSION -> permissions.add(value);
        case RESOURCE -> resource(value);
        case ROLE -> role(value);
        case APPLICATION -> application(value);
        case CHALLENGE -> challenge(value);
        case RESOURCE_METADATA -> resourceMetadata(value);
        default ->
            fault(
                "There is no parameter '%s'; there are permission, resource, role, application, challenge and resource-metadata."
                    .formatted(shown(name)));
      }
    }

    private void resource(String name) {
      try {
        resource = new Grant(Permission.GET_PERMISSIONS, name).resource();
      } catch (InvalidInputException e) {
        fault(String.valueOf(e.getMessage()));
      }
    }

    private void role(String handle) {
      if (handle.isEmpty() || handle.length() > SubjectHandle.MAX_LENGTH * 2) {
        fault("'role' is the handle of a role, 1 to 255 characters; correct it.");
      } else {
        roles.add(handle);
      }
    }

    private void application(String name) {
      if (PlainText.isBlank(name)
          || PlainText.length(name) > MAX_APPLICATION_LENGTH
          || !PlainText.isOneLine(name)) {
        fault(
            "'application' names who asks, in 1 to %d characters and none of control; correct it."
                .formatted(MAX_APPLICATION_LENGTH));
      } else {
        application = name;
      }
    }

    private void challenge(String scheme) {
      if (scheme.equals(BEARER)) {
        isForBearer = true;
      } else {
        fault("'challenge' is 'bearer' or left out.");
      }
    }

    private void resourceMetadata(String url) {
      if (isAbsoluteUrl(url)) {
        resourceMetadata = url;
      } else {
        fault("'resource-metadata' is an absolute URL without quotes; correct it.");
      }
    }

    private static boolean isAbsoluteUrl(String url) {
      boolean isPlain =
          url.chars().allMatch(c -> c > ' ' && c < 127 && ENDS_QUOTING.indexOf(c) < 0);
      try {
        URI uri = new URI(url);
        return isPlain && uri.isAbsolute() && uri.getHost() != null;
      } catch (URISyntaxException e) {
        return false;
      }
    }

    void fault(String sentence) {
      if (fault == null) {
        fault = sentence;
      }
    }

    CheckQuestion question() {
      return new CheckQuestion(
          permissions, resource, roles, application, isForBearer, resourceMetadata, fault);
    }
  }
}
