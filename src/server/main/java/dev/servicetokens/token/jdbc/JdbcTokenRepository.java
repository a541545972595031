package dev.servicetokens.token.jdbc;

import dev.servicetokens.access.SubjectHandle;
import dev.servicetokens.token.ServiceToken;
import dev.servicetokens.token.TokenDigest;
import dev.servicetokens.token.TokenId;
import dev.servicetokens.token.TokenRepository;
import jakarta.inject.Singleton;
import java.util.List;
import java.util.Optional;

/** Service tokens in PostgreSQL. */
@Singleton
final class JdbcTokenRepository implements TokenRepository {

  private final ServiceTokenRows rows;

  JdbcTokenRepository(ServiceTokenRows rows) {
    this.rows = rows;
  }

  @Override
  public boolean add(ServiceToken token, TokenDigest digest) {
    SubjectHandle dedicated = token.dedicatedSubject();
    return !rows.insertWithSecret(
            token.id().value(),
            token.name(),
            token.description(),
            token.roles().stream().map(SubjectHandle::value).toArray(String[]::new),
            token.expiresAt(),
            dedicated == null ? null : dedicated.value(),
            token.createdAt(),
            digest.toBytes())
        .isEmpty();
  }

  @Override
  public List<ServiceToken> list() {
    return rows.findAll().stream().map(ServiceTokenRow::toDomain).toList();
  }

  @Override
  public Optional<ServiceToken> lock(TokenId id) {
    return rows.lock(id.value()).map(ServiceTokenRow::toDomain);
  }

  @Override
  public void remove(TokenId id) {
    rows.deleteById(id.value());
  }

  @Override
  public boolean isEmpty() {
    return !rows.existsAny();
  }

  @Override
  public boolean isDedicated(SubjectHandle subject) {
    return rows.existsDedicated(subject.value());
  }
}
