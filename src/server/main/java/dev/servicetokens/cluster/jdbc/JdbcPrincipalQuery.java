package dev.servicetokens.cluster.jdbc;

import dev.servicetokens.access.PermissionSet;
import dev.servicetokens.access.Principal;
import dev.servicetokens.access.StaticRoles;
import dev.servicetokens.access.SubjectHandle;
import dev.servicetokens.cluster.Answer;
import dev.servicetokens.cluster.KnownAnswers;
import dev.servicetokens.cluster.LogUnavailableException;
import dev.servicetokens.cluster.PrincipalQuery;
import dev.servicetokens.token.TokenDigest;
import io.micronaut.data.connection.ConnectionDefinition;
import io.micronaut.data.connection.ConnectionOperations;
import io.micronaut.data.connection.ConnectionStatus;
import jakarta.inject.Singleton;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;

/** Asks PostgreSQL; what static roles allow comes from memory. */
@Singleton
final class JdbcPrincipalQuery implements PrincipalQuery {

  private final ConnectionOperations<Connection> connections;
  private final PrincipalAnswerRows rows;
  private final StaticRoles staticRoles;
  private final String[] staticHandles;
  private final KnownAnswers answers;

  JdbcPrincipalQuery(
      ConnectionOperations<Connection> connections,
      PrincipalAnswerRows rows,
      StaticRoles staticRoles,
      KnownAnswers answers) {
    this.connections = connections;
    this.rows = rows;
    this.staticRoles = staticRoles;
    this.staticHandles =
        staticRoles.handles().stream().map(SubjectHandle::value).toArray(String[]::new);
    this.answers = answers;
  }

  @Override
  public Found find(TokenDigest digest) {
    List<PrincipalAnswerRow> found =
        connections.execute(ConnectionDefinition.DEFAULT, status -> ask(status, digest));
    if (found.size() != 1) {
      throw new IllegalStateException("The table latest_change has lost its row.");
    }
    PrincipalAnswerRow row = found.getFirst();
    return new Found(answer(row), row.changeNumber(), row.serverStart());
  }

  /**
   * Rule 18: a database that has vanished without a word must not keep a request for minutes. The
   * limit goes with the answer, because the connection may be that of a change (rule 2).
   */
  private List<PrincipalAnswerRow> ask(ConnectionStatus<Connection> status, TokenDigest digest) {
    Connection connection = status.getConnection();
    try {
      int usual = connection.getNetworkTimeout();
      OwnConnections.answerWithin(connection, OwnConnections.ANSWER_MILLIS);
      List<PrincipalAnswerRow> found = rows.findByDigest(digest.toBytes(), staticHandles);
      OwnConnections.answerWithin(connection, usual);
      return found;
    } catch (SQLException e) {
      throw new LogUnavailableException("The connection is broken", e);
    }
  }

  private Answer answer(PrincipalAnswerRow row) {
    Long tokenId = row.tokenId();
    if (tokenId == null) {
      return Answer.UNKNOWN;
    }
    List<SubjectHandle> roles =
        Objects.requireNonNull(row.roles()).stream().map(SubjectHandle::new).toList();
    List<PermissionSet> allowed = new ArrayList<>();
    roles.forEach(role -> staticRoles.permissionsOf(role).ifPresent(allowed::add));
    allowed.add(
        PermissionSet.ofNames(
            Objects.requireNonNull(row.permissions()), Objects.requireNonNull(row.resources())));
    return answers.of(
        new Principal(
            tokenId,
            Objects.requireNonNull(row.name()),
            roles,
            PermissionSet.union(allowed),
            row.expiresAt()));
  }
}
