package dev.servicetokens.audit;

import static org.assertj.core.api.Assertions.assertThat;

import dev.servicetokens.audit.AuditEvent.Occurrence;
import dev.servicetokens.audit.AuditList.Cursor;
import dev.servicetokens.audit.AuditList.Filter;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.Test;

/** What every {@link AuditRepository} keeps to; each test begins with an empty one. */
public abstract class AuditRepositorySuite {

  private static final Instant NOON = Instant.parse("2026-06-01T12:00:00Z");
  private static final Actor ADMIN = new Actor(111, "admin");

  /** The one to test. */
  protected abstract AuditRepository repository();

  @Test
  void givesBackEveryPartOfAnEvent() {
    Occurrence created =
        at(
            NOON,
            AuditEntry.tokenCreated(ADMIN, new AuditTarget.Token(222, "ü'🙂"), List.of("a", "b")));
    Occurrence granted =
        at(NOON.plusMillis(1), AuditEntry.permissionGranted(ADMIN, "team", "get-views", "view-1"));
    Occurrence failed =
        new Occurrence(
            NOON.plusMillis(2),
            AuditEntry.authenticationFailed("expired", new Actor(333, "old")),
            7,
            Origin.NONE);
    repository().add(List.of(created, granted, failed));

    assertThat(occurrences(Filter.ALL, 10)).containsExactly(failed, granted, created);
  }

  @Test
  void ordersByTimeThenById() {
    repository().add(List.of(named(NOON, "a"), named(NOON, "b"), named(NOON.minusMillis(1), "c")));

    assertThat(targets(Filter.ALL, 10)).containsExactly("b", "a", "c");
    assertThat(targets(Filter.ALL, 2)).containsExactly("b", "a");
  }

  @Test
  void goesOnBehindACursor() {
    repository().add(List.of(named(NOON, "a"), named(NOON, "b"), named(NOON.minusMillis(1), "c")));
    AuditEvent first = repository().list(Filter.ALL, null, 1).events().getFirst();

    assertThat(repository().list(Filter.ALL, Cursor.after(first), 10).events())
        .extracting(event -> target(event.occurrence()))
        .containsExactly("a", "c");
  }

  /** A token may be called like another one's id. */
  @Test
  void findsAnActorByIdAndByNameOnce() {
    repository()
        .add(
            List.of(
                by(new Actor(111, "x"), "a"),
                by(new Actor(222, "111"), "b"),
                by(new Actor(111, "111"), "c"),
                by(new Actor(333, "y"), "d")));

    assertThat(targets(new Filter("111", null, null, null, null, null), 10))
        .containsExactly("c", "b", "a");
  }

  /** A subject may be called like a token's id. */
  @Test
  void findsWhatATokenDidAndWhatWasDoneToIt() {
    repository()
        .add(
            List.of(
                at(
                    NOON,
                    AuditEntry.tokenCreated(ADMIN, new AuditTarget.Token(222, "t"), List.of())),
                by(new Actor(222, "t"), "a"),
                named(NOON, "222"),
                at(NOON, AuditEntry.tokenDeleted(ADMIN, new AuditTarget.Token(222, "t")))));

    assertThat(repository().list(new Filter(null, 222L, null, null, null, null), null, 10).events())
        .extracting(event -> event.occurrence().entry().action())
        .containsExactly(
            AuditAction.TOKEN_DELETE, AuditAction.SUBJECT_CREATE, AuditAction.TOKEN_CREATE);
  }

  @Test
  void filtersByActionOutcomeAndTime() {
    repository()
        .add(
            List.of(
                named(NOON, "a"),
                named(NOON.plusMillis(1), "b"),
                at(NOON, AuditEntry.authorizationDenied(ADMIN, "op", "get-views", "system"))));

    assertThat(targets(filter(AuditAction.SUBJECT_CREATE, null, null, null), 10))
        .containsExactly("b", "a");
    assertThat(targets(filter(null, AuditAction.Outcome.DENIED, null, null), 10))
        .containsExactly("op");
    assertThat(targets(filter(null, AuditAction.Outcome.FAILURE, null, null), 10)).isEmpty();
    assertThat(targets(filter(null, null, NOON.plusMillis(1), null), 10)).containsExactly("b");
    assertThat(targets(filter(null, null, null, NOON.plusMillis(1)), 10))
        .containsExactly("op", "a");
  }

  private List<Occurrence> occurrences(Filter filter, int limit) {
    return repository().list(filter, null, limit).events().stream()
        .map(AuditEvent::occurrence)
        .toList();
  }

  private List<String> targets(Filter filter, int limit) {
    return occurrences(filter, limit).stream().map(AuditRepositorySuite::target).toList();
  }

  private static String target(Occurrence occurrence) {
    return ((AuditTarget.Named) occurrence.entry().target()).text();
  }

  private static Filter filter(
      AuditAction action, AuditAction.Outcome outcome, Instant from, Instant to) {
    return new Filter(null, null, action, outcome, from, to);
  }

  private static Occurrence named(Instant at, String target) {
    return at(at, AuditEntry.subjectCreated(ADMIN, target));
  }

  private static Occurrence by(Actor actor, String target) {
    return at(NOON, AuditEntry.subjectCreated(actor, target));
  }

  private static Occurrence at(Instant at, AuditEntry entry) {
    return new Occurrence(at, entry, 1, new Origin("10.0.0.1", "agent/1", "key"));
  }
}
