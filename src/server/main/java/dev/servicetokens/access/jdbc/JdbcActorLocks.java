package dev.servicetokens.access.jdbc;

import dev.servicetokens.access.ActorLocks;
import dev.servicetokens.access.Principal;
import dev.servicetokens.access.StaticRoles;
import dev.servicetokens.access.SubjectHandle;
import dev.servicetokens.access.Subjects;
import dev.servicetokens.access.Touched;
import dev.servicetokens.database.Sessions;
import io.micronaut.data.jdbc.runtime.JdbcOperations;
import jakarta.inject.Singleton;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.time.OffsetDateTime;
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

  // Conflicts with the deletion of the token and with every update of it, and not with others who
  // act by the same token at once. It is the first statement of every change, so it also sets what
  // the transaction needs to be acknowledged: another exchange with the database would cost a
  // creation a tenth of its time.
  private static final String SHARE =
      """
      WITH setting AS (
        SELECT %s
      )
      SELECT name,
             roles,
             expires_at,
             dedicated_subject
      FROM service_token
      CROSS JOIN setting
      WHERE id = ?
        AND durability IS NOT NULL
      FOR SHARE OF service_token
      """
          .formatted(Sessions.ACKNOWLEDGED);

  private static final String LOCK =
      """
      SELECT name,
             roles,
             expires_at,
             dedicated_subject
      FROM service_token
      WHERE id = ?
      FOR UPDATE
      """;

  private final JdbcOperations operations;
  private final ActorRows rows;
  private final StaticRoles staticRoles;
  private final Subjects subjects;

  JdbcActorLocks(
      JdbcOperations operations, ActorRows rows, StaticRoles staticRoles, Subjects subjects) {
    this.operations = operations;
    this.rows = rows;
    this.staticRoles = staticRoles;
    this.subjects = subjects;
  }

  @Override
  public Optional<Principal> lock(long actorId, Touched touched) {
    Map<Long, LockedToken> tokens = lockTokens(actorId, touched);
    LockedToken actor = tokens.get(actorId);
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
  private Map<Long, LockedToken> lockTokens(long actorId, Touched touched) {
    SortedMap<Long, Boolean> exclusively = new TreeMap<>();
    exclusively.put(actorId, false);
    switch (touched) {
      case Touched.DeletedToken(long tokenId) -> exclusively.put(tokenId, true);
      case Touched.DeletedSubject(SubjectHandle handle) ->
          rows.ownerOf(handle.value()).ifPresent(owner -> exclusively.put(owner, true));
      case Touched.NewToken _, Touched.ChangedSubject _ -> {}
    }
    Map<Long, LockedToken> found = new HashMap<>();
    exclusively.forEach(
        (id, exclusive) ->
            lockToken(exclusive ? LOCK : SHARE, id).ifPresent(token -> found.put(id, token)));
    return found;
  }

  /** By position: the framework's mapping by name costs more than the statement. */
  private Optional<LockedToken> lockToken(String sql, long id) {
    return operations.prepareStatement(
        sql,
        statement -> {
          statement.setLong(1, id);
          try (ResultSet found = statement.executeQuery()) {
            return found.next() ? Optional.of(LockedToken.of(found)) : Optional.empty();
          }
        });
  }

  private SortedMap<String, Boolean> toLock(
      List<SubjectHandle> actorRoles, Touched touched, Map<Long, LockedToken> tokens) {
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
        LockedToken deleted = tokens.get(tokenId);
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

  /** What a change asks of a token that it has locked. */
  private record LockedToken(
      String name,
      List<String> roles,
      @Nullable Instant expiresAt,
      @Nullable String dedicatedSubject) {

    static LockedToken of(ResultSet found) throws SQLException {
      OffsetDateTime end = found.getObject(3, OffsetDateTime.class);
      return new LockedToken(
          found.getString(1),
          List.of((String[]) found.getArray(2).getArray()),
          end == null ? null : end.toInstant(),
          found.getString(4));
    }
  }
}
