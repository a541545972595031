package dev.servicetokens.authentication.jdbc;

import dev.servicetokens.authentication.RecordedUse;
import dev.servicetokens.authentication.RecordedUseRepository;
import jakarta.inject.Singleton;
import java.util.Arrays;
import java.util.List;
import java.util.Set;

/** Uses of tokens in PostgreSQL. */
@Singleton
final class JdbcRecordedUseRepository implements RecordedUseRepository {

  private final TokenUseRows rows;

  JdbcRecordedUseRepository(TokenUseRows rows) {
    this.rows = rows;
  }

  @Override
  public Set<Long> add(List<RecordedUse> uses) {
    long[] tokenIds = uses.stream().mapToLong(RecordedUse::tokenId).toArray();
    Set<Long> stored =
        Set.copyOf(
            rows.add(
                tokenIds,
                uses.stream().mapToLong(RecordedUse::lastMillis).toArray(),
                uses.stream().map(RecordedUse::lastAddress).toArray(String[]::new),
                uses.stream().mapToLong(RecordedUse::count).toArray()));
    long[] others = Arrays.stream(tokenIds).filter(id -> !stored.contains(id)).toArray();
    return others.length == 0 ? Set.of() : Set.copyOf(rows.existing(others));
  }
}
