package dev.servicetokens.authentication.jdbc;

import dev.servicetokens.authentication.RecordedUse;
import dev.servicetokens.authentication.RecordedUseRepository;
import jakarta.inject.Singleton;
import java.util.List;

/** Uses of tokens in PostgreSQL. */
@Singleton
final class JdbcRecordedUseRepository implements RecordedUseRepository {

  private final TokenUseRows rows;

  JdbcRecordedUseRepository(TokenUseRows rows) {
    this.rows = rows;
  }

  @Override
  public void add(List<RecordedUse> uses) {
    rows.add(
        uses.stream().mapToLong(RecordedUse::tokenId).toArray(),
        uses.stream().mapToLong(RecordedUse::lastMillis).toArray(),
        uses.stream().map(RecordedUse::lastAddress).toArray(String[]::new),
        uses.stream().mapToLong(RecordedUse::count).toArray());
  }
}
