package dev.servicetokens.bootstrap.jdbc;

import io.micronaut.data.annotation.Id;
import io.micronaut.data.annotation.MappedEntity;
import java.time.Instant;

/** A row of {@code bootstrap_secret}. */
@MappedEntity("bootstrap_secret")
@SuppressWarnings("ArrayRecordComponent") // Never compared; only Micronaut Data makes it.
record BootstrapSecretRow(@Id byte[] digest, Instant createdAt) {}
