package dev.servicetokens.access.jdbc;

import io.micronaut.data.annotation.Id;
import io.micronaut.data.annotation.MappedEntity;
import java.time.Instant;

/** A row of {@code subject}. */
@MappedEntity("subject")
record SubjectRow(@Id String handle, Instant createdAt) {}
