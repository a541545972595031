package dev.servicetokens.access;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** What every {@link SubjectRepository} keeps to; each test begins with an empty one. */
public abstract class SubjectRepositorySuite {

  private static final SubjectHandle TEAM = new SubjectHandle("team");
  private static final SubjectHandle OTHER = new SubjectHandle("a b/ü🙂'\"{},");

  /** The one to test. */
  protected abstract SubjectRepository subjects();

  /** Gives a subject a permission of that name. */
  protected abstract void grant(SubjectHandle subject, String permission, String resource);

  @Test
  void addsOnce() {
    assertThat(subjects().add(TEAM)).isTrue();
    assertThat(subjects().add(TEAM)).isFalse();
    assertThat(subjects().add(new SubjectHandle("Team"))).isTrue();
  }

  @Test
  void leavesSubjectThatIsAddedAgainAsItIs() {
    subjects().add(TEAM);
    grant(TEAM, "get-views", "system");

    subjects().add(TEAM);

    assertThat(subjects().permissionsOf(TEAM))
        .isEqualTo(PermissionSet.onSystem(Permission.GET_VIEWS));
  }

  @Test
  void findsThoseThatExist() {
    subjects().add(TEAM);
    subjects().add(OTHER);

    assertThat(subjects().existing(List.of(TEAM, OTHER, new SubjectHandle("TEAM"))))
        .containsExactlyInAnyOrder(TEAM, OTHER);
    assertThat(subjects().existing(List.of())).isEmpty();
  }

  @Test
  void removesOnceWithItsPermissions() {
    subjects().add(TEAM);
    grant(TEAM, "get-views", "system");

    assertThat(subjects().remove(TEAM)).isTrue();
    assertThat(subjects().remove(TEAM)).isFalse();

    subjects().add(TEAM);
    assertThat(subjects().permissionsOf(TEAM)).isEqualTo(PermissionSet.NONE);
  }

  @Test
  void tellsPermissionsOnEachResource() {
    subjects().add(TEAM);
    subjects().add(OTHER);
    grant(TEAM, "get-views", "system");
    grant(TEAM, "get-views", "view-1");
    grant(TEAM, "update-views", "view-1");
    grant(TEAM, "from-a-newer-node", "system");
    grant(OTHER, "delete-views", "system");

    assertThat(subjects().permissionsOf(TEAM).byResource())
        .isEqualTo(
            Map.of(
                "system", Set.of(Permission.GET_VIEWS),
                "view-1", Set.of(Permission.GET_VIEWS, Permission.UPDATE_VIEWS)));
  }

  @Test
  void givesNobodyNoPermissions() {
    assertThat(subjects().permissionsOf(TEAM)).isEqualTo(PermissionSet.NONE);
  }

  @Test
  void findsListsAndChangesScope() {
    subjects().add(OTHER);
    subjects().add(TEAM);
    subjects().update(TEAM, new SubjectScope("label = \"x\"", "0.1"));

    Subject team =
        new Subject(TEAM, SubjectSource.OBSERVABILITY, new SubjectScope("label = \"x\"", "0.1"));
    assertThat(subjects().find(TEAM)).contains(team);
    assertThat(subjects().find(new SubjectHandle("Team"))).isEmpty();
    assertThat(subjects().list())
        .containsExactly(new Subject(OTHER, SubjectSource.OBSERVABILITY, SubjectScope.NONE), team);
  }

  @Test
  void locksThoseThatExist() {
    subjects().add(TEAM);

    assertThat(subjects().lock(TEAM)).isTrue();
    assertThat(subjects().lock(OTHER)).isFalse();
  }

  @Test
  void givesAndTakesOnce() {
    Grant views = new Grant(Permission.GET_VIEWS, "view:1");
    subjects().add(TEAM);

    assertThat(subjects().grant(TEAM, views)).isTrue();
    assertThat(subjects().grant(TEAM, views)).isFalse();
    assertThat(subjects().permissionsOf(List.of(TEAM, OTHER)).holds(views)).isTrue();
    assertThat(subjects().revoke(TEAM, new Grant(Permission.GET_VIEWS, "system"))).isFalse();
    assertThat(subjects().revoke(TEAM, views)).isTrue();
    assertThat(subjects().revoke(TEAM, views)).isFalse();
  }
}
