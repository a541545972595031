package dev.servicetokens.access.jdbc;

import dev.servicetokens.access.ActorLocks;
import dev.servicetokens.access.Principal;
import dev.servicetokens.access.StaticRoles;
import dev.servicetokens.access.SubjectHandle;
import dev.servicetokens.access.Subjects;
import dev.servicetokens.access.Touched;
import jakarta.inject.Singleton;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * Row locks in PostgreSQL: tokens by their ids, then subjects by their handles, actor and target
 * together, each at once as strongly as it will be needed. So two changes never wait for each other
 * in a circle, whatever they change; where a row comes to be between two statements they may, and
 * one of them is begun again.
 */
@Singleton
final class JdbcActorLocks implements ActorLocks {

  private final ActorRows rows;
  private final StaticRoles staticRoles;
  private final Subjects subjects;

  JdbcActorLocks(ActorRows rows, StaticRoles staticRoles, Subjects subjects) {
    this.rows = rows;
    this.staticRoles = staticRoles;
    this.subjects = subjects;
  }

  @Override
  public Optional<Principal> lock(long actorId, Touched touched) {
    Map<Long, ActorRow> tokens = lockTokens(actorId, touched);
    ActorRow actor = tokens.get(actorId);
    if (actor == null) {
      return Optional.empty();
    }
    List<SubjectHandle> roles = actor.roles().stream().map(SubjectHandle::new).toList();
    lockSubjects(toLock(roles, touched, tokens));
    return Optional.of(
        new Principal(
            actorId, actor.name(), roles, subjects.permissionsOf(roles), actor.expiresAt()));
  }

  /** A token that a subject is dedicated to is updated by the foreign key when the subject goes. */
  private Map<Long, ActorRow> lockTokens(long actorId, Touched touched) {
    SortedMap<Long, Boolean> exclusively = new TreeMap<>();
    exclusively.put(actorId, false);
    switch (touched) {
      case Touched.DeletedToken(long tokenId) -> exclusively.put(tokenId, true);
      case Touched.DeletedSubject(SubjectHandle handle) ->
          rows.ownerOf(handle.value()).ifPresent(owner -> exclusively.put(owner, true));
      case Touched.NewToken _, Touched.ChangedSubject _ -> {}
    }
    Map<Long, ActorRow> found = new HashMap<>();
    exclusively.forEach(
        (id, exclusive) ->
            (exclusive ? rows.lockToken(id) : rows.shareToken(id))
                .ifPresent(row -> found.put(id, row)));
    return found;
  }

  private SortedMap<String, Boolean> toLock(
      List<SubjectHandle> actorRoles, Touched touched, Map<Long, ActorRow> tokens) {
    SortedMap<String, Boolean> exclusively = new TreeMap<>();
    actorRoles.forEach(role -> exclusively.put(role.value(), false));
    switch (touched) {
      case Touched.NewToken(List<SubjectHandle> roles, @Nullable SubjectHandle dedicated) -> {
        roles.forEach(role -> exclusively.put(role.value(), false));
        if (dedicated != null) {
          exclusively.put(dedicated.value(), true);
        }
      }
      case Touched.DeletedToken(long tokenId) -> {
        ActorRow deleted = tokens.get(tokenId);
        if (deleted != null && deleted.dedicatedSubject() != null) {
          exclusively.put(deleted.dedicatedSubject(), true);
        }
      }
      case Touched.ChangedSubject(SubjectHandle handle) -> exclusively.put(handle.value(), true);
      case Touched.DeletedSubject(SubjectHandle handle) -> exclusively.put(handle.value(), true);
    }
    staticRoles.handles().forEach(handle -> exclusively.remove(handle.value()));
    return exclusively;
  }

  /** Those that are shared go together, up to the next that is not. */
  private void lockSubjects(SortedMap<String, Boolean> exclusively) {
    List<String> shared = new ArrayList<>();
    exclusively.forEach(
        (handle, exclusive) -> {
          if (exclusive) {
            share(shared);
            rows.lockSubject(handle);
          } else {
            shared.add(handle);
          }
        });
    share(shared);
  }

  private void share(List<String> handles) {
    if (!handles.isEmpty()) {
      rows.shareSubjects(handles.toArray(String[]::new));
      handles.clear();
    }
  }
}
