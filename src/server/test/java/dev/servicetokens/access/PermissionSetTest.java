package dev.servicetokens.access;

import static dev.servicetokens.access.Permission.GET_SERVICE_TOKENS;
import static dev.servicetokens.access.Permission.GET_VIEWS;
import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;

final class PermissionSetTest {

  private final PermissionSet onView = new PermissionSet(Map.of("view-1", Set.of(GET_VIEWS)));

  @Test
  void coversEveryResourceFromSystem() {
    PermissionSet onSystem = PermissionSet.onSystem(GET_VIEWS);

    assertThat(onSystem.allows(GET_VIEWS, "view-1")).isTrue();
    assertThat(onSystem.firstMissing(onView)).isEmpty();
  }

  @Test
  void coversOnlyItsResourceFromAnother() {
    assertThat(onView.allows(GET_VIEWS, "view-1")).isTrue();
    assertThat(onView.allows(GET_VIEWS, "view-2")).isFalse();
    assertThat(onView.allows(GET_VIEWS, PermissionSet.SYSTEM)).isFalse();
    assertThat(onView.systemPermissionNames()).isEmpty();
  }

  @Test
  void namesFirstMissingGrant() {
    assertThat(onView.firstMissing(PermissionSet.onSystem(GET_VIEWS, GET_SERVICE_TOKENS)))
        .hasValueSatisfying(
            missing -> assertThat(missing.permission()).isEqualTo(GET_SERVICE_TOKENS));
  }

  @Test
  void unitesWhatSetsHold() {
    PermissionSet all =
        PermissionSet.union(List.of(onView, PermissionSet.onSystem(GET_SERVICE_TOKENS)));

    assertThat(all.allows(GET_VIEWS, "view-1")).isTrue();
    assertThat(all.allows(GET_SERVICE_TOKENS, "anything")).isTrue();
  }

  @Test
  void keepsNoPermissionThatIsNotDefined() {
    PermissionSet held =
        PermissionSet.ofNames(List.of("deploy:prod", "get-views"), List.of("system", "system"));

    assertThat(new DefinedPermissions(List.of()).definedOf(held))
        .isEqualTo(PermissionSet.onSystem(GET_VIEWS));
    assertThat(new DefinedPermissions(List.of(Permission.of("deploy:prod"))).definedOf(held))
        .isEqualTo(held);
  }

  @Test
  void everyPermissionIsEveryOneThatIsDefined() {
    DefinedPermissions defined = new DefinedPermissions(List.of(Permission.of("deploy:prod")));

    assertThat(defined.everyPermission().allows(Permission.of("deploy:prod"), "cluster-1"))
        .isTrue();
    assertThat(defined.everyPermission().allows(Permission.of("deploy:test"), "cluster-1"))
        .isFalse();
    assertThat(defined.everyPermission().systemPermissionNames())
        .containsExactlyInAnyOrderElementsOf(defined.names());
  }
}
