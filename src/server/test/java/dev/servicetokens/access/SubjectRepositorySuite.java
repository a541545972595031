package dev.servicetokens.access;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** What every {@link SubjectRepository} keeps to; each test begins with an empty one. */
public abstract class SubjectRepositorySuite {

  private static final SubjectHandle TEAM = new SubjectHandle("team");
  private static final SubjectHandle OTHER = new SubjectHandle("a b/ü🙂'\"{},");

  /** The one to test. */
  protected abstract SubjectRepository subjects();

  /** Gives a subject a permission of that name. */
  protected abstract void grant(SubjectHandle subject, String permission, String resource);

  /** Stores a token. */
  protected abstract void addToken(
      long id, String name, List<SubjectHandle> roles, @Nullable SubjectHandle dedicatedSubject);

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
        new Subject(
            TEAM, SubjectSource.OBSERVABILITY, new SubjectScope("label = \"x\"", "0.1"), null);
    assertThat(subjects().find(TEAM)).contains(team);
    assertThat(subjects().find(new SubjectHandle("Team"))).isEmpty();
    assertThat(subjects().list(null, 10))
        .containsExactly(
            new Subject(OTHER, SubjectSource.OBSERVABILITY, SubjectScope.NONE, null), team);
  }

  @Test
  void tellsWhichTokenItIsDedicatedTo() {
    subjects().add(TEAM);
    subjects().add(OTHER);
    addToken(100_000_000_000_001L, "owner", List.of(OTHER), TEAM);

    assertThat(subjects().ownerOf(TEAM)).contains(new NamedToken(100_000_000_000_001L, "owner"));
    assertThat(subjects().ownerOf(OTHER)).isEmpty();
    assertThat(subjects().find(TEAM).orElseThrow().dedicatedTo()).isEqualTo(100_000_000_000_001L);
    assertThat(subjects().list(null, 10))
        .extracting(Subject::dedicatedTo)
        .containsExactly(null, 100_000_000_000_001L);
  }

  @Test
  void listsWhatFollowsAHandleByItsBytes() {
    List<SubjectHandle> inOrder =
        Stream.of("B", "a", "b", "\u00E9", "\uFFFD", "\uD83D\uDE00")
            .map(SubjectHandle::new)
            .toList();
    inOrder.reversed().forEach(subjects()::add);

    assertThat(subjects().list(null, 3))
        .extracting(Subject::handle)
        .isEqualTo(inOrder.subList(0, 3));
    assertThat(subjects().list(inOrder.get(2), 10))
        .extracting(Subject::handle)
        .isEqualTo(inOrder.subList(3, 6));
  }

  @Test
  void tellsWhichTokensNameAHandle() {
    for (long i = 1; i <= SubjectRepository.NAMED_TOKENS + 1; i++) {
      addToken(100_000_000_000_000L + i, "t" + i, List.of(OTHER, TEAM), null);
    }

    assertThat(subjects().tokensNaming(TEAM))
        .hasSize(SubjectRepository.NAMED_TOKENS)
        .startsWith(new NamedToken(100_000_000_000_001L, "t1"));
    assertThat(subjects().tokensNaming(OTHER)).hasSize(SubjectRepository.NAMED_TOKENS);
    assertThat(subjects().tokensNaming(new SubjectHandle("Team"))).isEmpty();
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
