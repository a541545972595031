package dev.servicetokens.access.jdbc;

import dev.servicetokens.access.ActorChanges;
import dev.servicetokens.access.ActorChanges.Touched;
import dev.servicetokens.access.DefinedPermissions;
import dev.servicetokens.access.Principal;
import dev.servicetokens.access.StaticRoles;
import dev.servicetokens.access.SubjectHandle;
import dev.servicetokens.access.Subjects;
import dev.servicetokens.database.Sessions;
import io.micronaut.data.jdbc.runtime.JdbcOperations;
import jakarta.inject.Singleton;
import java.sql.PreparedStatement;
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
 * one of them is begun again. Each lock is a statement of its own, so that under READ COMMITTED the
 * next one sees what was committed while this one waited.
 */
@Singleton
final class JdbcActorLocks implements ActorChanges.Locks {

  // Conflicts with the deletion of the token and with every update of it, and not with others who
  // act by the same token at once. It is the first statement of every change, so it also sets what
  // the transaction needs to be acknowledged: another exchange with the database would cost a
  // creation a tenth of its time.
  private static final String SHARE_TOKEN =
      """
      WITH setting AS (
        SELECT %s
      )
      SELECT name,
             roles,
             expires_at,
             dedicated_subject,
             ARRAY(
               SELECT definition.name
               FROM permission_definition AS definition
               ORDER BY definition.name COLLATE "C"
             )
      FROM service_token
      CROSS JOIN setting
      WHERE id = ?
        AND durability IS NOT NULL
      FOR SHARE OF service_token
      """
          .formatted(Sessions.ACKNOWLEDGED);

  // The secret by which the actor came is locked, too, after the token: one that a rotation has
  // removed meanwhile is not found. A disabled token is none.
  private static final String SHARE_ACTOR =
      """
      WITH setting AS (
        SELECT %s
      )
      SELECT name,
             roles,
             least(expires_at, secret.ends_at),
             dedicated_subject,
             ARRAY(
               SELECT definition.name
               FROM permission_definition AS definition
               ORDER BY definition.name COLLATE "C"
             )
      FROM service_token
      JOIN service_token_secret AS secret ON secret.token_id = service_token.id
      CROSS JOIN setting
      WHERE service_token.id = ?
        AND secret.secret_id = ?
        AND enabled
        AND durability IS NOT NULL
      FOR SHARE OF service_token, secret
      """
          .formatted(Sessions.ACKNOWLEDGED);

  private static final String LOCK_TOKEN =
      """
      SELECT name,
             roles,
             expires_at,
             dedicated_subject,
             ARRAY(
               SELECT definition.name
               FROM permission_definition AS definition
               ORDER BY definition.name COLLATE "C"
             )
      FROM service_token
      WHERE id = ?
      FOR UPDATE
      """;

  private static final String OWNER =
      """
      SELECT id
      FROM service_token
      WHERE dedicated_subject = ?
      """;

  // The rows are locked in the order in which the handles are given: locking comes after sorting.
  private static final String SHARE_SUBJECTS =
      """
      SELECT subject.handle
      FROM unnest(?::text[]) WITH ORDINALITY AS wanted (handle, place)
      JOIN subject ON subject.handle = wanted.handle
      ORDER BY wanted.place
      FOR SHARE OF subject
      """;

  private static final String LOCK_SUBJECT =
      """
      SELECT handle
      FROM subject
      WHERE handle = ?
      FOR UPDATE
      """;

  private final JdbcOperations operations;
  private final StaticRoles staticRoles;
  private final Subjects subjects;

  JdbcActorLocks(JdbcOperations operations, StaticRoles staticRoles, Subjects subjects) {
    this.operations = operations;
    this.staticRoles = staticRoles;
    this.subjects = subjects;
  }

  @Override
  public Optional<Principal> lock(long actorId, long secretId, Touched touched) {
    Map<Long, LockedToken> tokens = lockTokens(actorId, secretId, touched);
    LockedToken actor = tokens.get(actorId);
    if (actor == null) {
      return Optional.empty();
    }
    List<SubjectHandle> roles = actor.roles().stream().map(SubjectHandle::new).toList();
    lockSubjects(toLock(roles, touched, tokens));
    DefinedPermissions defined = staticRoles.defined(actor.definitions());
    return Optional.of(
        new Principal(
            actorId,
            actor.name(),
            roles,
            subjects.permissionsOf(roles, defined),
            actor.expiresAt(),
            defined,
            secretId));
  }

  /** A token that a subject is dedicated to is updated by the foreign key when the subject goes. */
  private Map<Long, LockedToken> lockTokens(long actorId, long secretId, Touched touched) {
    SortedMap<Long, Boolean> exclusively = new TreeMap<>();
    exclusively.put(actorId, false);
    switch (touched) {
      case Touched.DeletedToken(long tokenId) -> exclusively.put(tokenId, true);
      case Touched.ChangedToken(long tokenId, var _) -> exclusively.put(tokenId, true);
      case Touched.DeletedSubject(SubjectHandle handle) ->
          ownerOf(handle.value()).ifPresent(owner -> exclusively.put(owner, true));
      case Touched.NewToken _, Touched.ChangedSubject _, Touched.Definition _ -> {}
    }
    Map<Long, LockedToken> found = new HashMap<>();
    exclusively.forEach(
        (id, exclusive) ->
            (id == actorId && secretId != Principal.NO_SECRET
                    ? lockActor(exclusive, id, secretId)
                    : lockToken(exclusive ? LOCK_TOKEN : SHARE_TOKEN, id))
                .ifPresent(token -> found.put(id, token)));
    return found;
  }

  private Optional<LockedToken> lockActor(boolean exclusive, long id, long secretId) {
    if (exclusive && lockToken(LOCK_TOKEN, id).isEmpty()) {
      return Optional.empty();
    }
    return first(
        SHARE_ACTOR,
        actor -> {
          actor.setLong(1, id);
          actor.setLong(2, secretId);
        },
        LockedToken::of);
  }

  private Optional<Long> ownerOf(String subject) {
    return first(OWNER, owner -> owner.setString(1, subject), row -> row.getLong(1));
  }

  private Optional<LockedToken> lockToken(String sql, long id) {
    return first(sql, token -> token.setLong(1, id), LockedToken::of);
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
      case Touched.ChangedToken(long tokenId, List<SubjectHandle> roles) -> {
        roles.forEach(role -> exclusively.put(role.value(), false));
        LockedToken changed = tokens.get(tokenId);
        if (changed != null) {
          changed.roles().forEach(role -> exclusively.put(role, false));
        }
      }
      case Touched.DeletedToken(long tokenId) -> {
        LockedToken deleted = tokens.get(tokenId);
        if (deleted != null && deleted.dedicatedSubject() != null) {
          exclusively.put(deleted.dedicatedSubject(), true);
        }
      }
      case Touched.ChangedSubject(SubjectHandle handle) -> exclusively.put(handle.value(), true);
      case Touched.Definition _ -> {}
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
            first(LOCK_SUBJECT, subject -> subject.setString(1, handle), row -> row.getString(1));
          } else {
            shared.add(handle);
          }
        });
    share(shared);
  }

  private void share(List<String> handles) {
    if (!handles.isEmpty()) {
      Object[] wanted = handles.toArray();
      first(
          SHARE_SUBJECTS,
          subjects -> subjects.setArray(1, subjects.getConnection().createArrayOf("text", wanted)),
          row -> row.getString(1));
      handles.clear();
    }
  }

  /** Executes a statement to its end, whatever is asked of its rows. */
  private <T> Optional<T> first(String sql, Binding binding, Reading<T> reading) {
    return operations.prepareStatement(
        sql,
        statement -> {
          binding.bind(statement);
          try (ResultSet rows = statement.executeQuery()) {
            return rows.next() ? Optional.of(reading.read(rows)) : Optional.empty();
          }
        });
  }

  private interface Binding {
    void bind(PreparedStatement statement) throws SQLException;
  }

  /** By position: the framework's mapping by name costs more than the statement. */
  private interface Reading<T> {
    T read(ResultSet row) throws SQLException;
  }

  /** What a change asks of a token that it has locked. */
  private record LockedToken(
      String name,
      List<String> roles,
      @Nullable Instant expiresAt,
      @Nullable String dedicatedSubject,
      List<String> definitions) {

    static LockedToken of(ResultSet found) throws SQLException {
      OffsetDateTime end = found.getObject(3, OffsetDateTime.class);
      return new LockedToken(
          found.getString(1),
          List.of((String[]) found.getArray(2).getArray()),
          end == null ? null : end.toInstant(),
          found.getString(4),
          List.of((String[]) found.getArray(5).getArray()));
    }
  }
}
