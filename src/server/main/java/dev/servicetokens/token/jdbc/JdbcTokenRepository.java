package dev.servicetokens.token.jdbc;

import dev.servicetokens.access.SubjectHandle;
import dev.servicetokens.token.Creator;
import dev.servicetokens.token.ServiceToken;
import dev.servicetokens.token.TokenDigest;
import dev.servicetokens.token.TokenFilter;
import dev.servicetokens.token.TokenId;
import dev.servicetokens.token.TokenPage;
import dev.servicetokens.token.TokenPosition;
import dev.servicetokens.token.TokenRepository;
import jakarta.inject.Singleton;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Service tokens in PostgreSQL. */
@Singleton
final class JdbcTokenRepository implements TokenRepository {

  private final ServiceTokenRows rows;
  private final ServiceTokenPages pages;

  JdbcTokenRepository(ServiceTokenRows rows, ServiceTokenPages pages) {
    this.rows = rows;
    this.pages = pages;
  }

  @Override
  public boolean add(ServiceToken token, TokenDigest digest) {
    SubjectHandle dedicated = token.dedicatedSubject();
    Creator creator = token.creator();
    return !rows.insertWithSecret(
            token.id().value(),
            token.name(),
            token.description(),
            token.roles().stream().map(SubjectHandle::value).toArray(String[]::new),
            token.expiresAt(),
            dedicated == null ? null : dedicated.value(),
            creator == null ? null : creator.id().value(),
            creator == null ? null : creator.name(),
            token.createdAt(),
            digest.toBytes())
        .isEmpty();
  }

  @Override
  public TokenPage list(
      TokenFilter filter, @Nullable TokenPosition after, @Nullable TokenPosition until, int limit) {
    return pages.find(PageQuery.of(filter, after, until, limit + 1, isRareRole(filter)), limit);
  }

  @Override
  public List<TokenPosition> positions(TokenFilter filter, TokenPosition after, int limit) {
    return pages.positions(PageQuery.ofPositions(filter, after, limit, isRareRole(filter)));
  }

  private boolean isRareRole(TokenFilter filter) {
    SubjectHandle role = filter.role();
    return role != null && rows.isRareRole(role.value());
  }

  @Override
  public Optional<ServiceToken> find(TokenId id) {
    return rows.findById(id.value()).map(ServiceTokenRow::toDomain);
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
}
