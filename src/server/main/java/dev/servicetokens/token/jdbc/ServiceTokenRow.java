package dev.servicetokens.token.jdbc;

import dev.servicetokens.access.SubjectHandle;
import dev.servicetokens.token.Creator;
import dev.servicetokens.token.LastUse;
import dev.servicetokens.token.ServiceToken;
import dev.servicetokens.token.TokenId;
import io.micronaut.data.annotation.Id;
import io.micronaut.data.annotation.MappedEntity;
import io.micronaut.data.annotation.TypeDef;
import io.micronaut.data.model.DataType;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** A row of {@code service_token}, with the one of {@code service_token_use} if there is one. */
@MappedEntity("service_token")
record ServiceTokenRow(
    @Id long id,
    String name,
    @Nullable String description,
    @TypeDef(type = DataType.STRING_ARRAY) List<String> roles,
    @Nullable Instant expiresAt,
    @Nullable String dedicatedSubject,
    @Nullable Long creatorId,
    @Nullable String creatorName,
    Instant createdAt,
    Instant updatedAt,
    @Nullable Instant lastUsedAt,
    @Nullable String lastUsedAddress,
    @Nullable Long useCount) {

  ServiceToken toDomain() {
    return new ServiceToken(
        new TokenId(id),
        name,
        description,
        roles.stream().map(SubjectHandle::new).toList(),
        expiresAt,
        dedicatedSubject == null ? null : new SubjectHandle(dedicatedSubject),
        creatorId == null || creatorName == null
            ? null
            : new Creator(new TokenId(creatorId), creatorName),
        createdAt,
        updatedAt,
        lastUse());
  }

  /** How many characters of text it has. */
  int weight() {
    return roles.stream().mapToInt(String::length).sum()
        + length(name)
        + length(description)
        + length(dedicatedSubject)
        + length(creatorName);
  }

  private static int length(@Nullable String text) {
    return text == null ? 0 : text.length();
  }

  private @Nullable LastUse lastUse() {
    return lastUsedAt == null || lastUsedAddress == null || useCount == null
        ? null
        : new LastUse(lastUsedAt, lastUsedAddress, useCount);
  }
}
