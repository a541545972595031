package dev.servicetokens.authentication.jdbc;

import io.micronaut.data.annotation.Id;
import io.micronaut.data.annotation.MappedEntity;
import java.time.Instant;

/** A row of {@code service_token_use}. */
@MappedEntity("service_token_use")
record TokenUseRow(@Id long tokenId, Instant lastUsedAt, String lastUsedAddress, long useCount) {}
