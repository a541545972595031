package dev.servicetokens.access.jdbc;

import dev.servicetokens.access.Subject;
import dev.servicetokens.access.SubjectHandle;
import dev.servicetokens.access.SubjectScope;
import dev.servicetokens.access.SubjectSource;
import io.micronaut.data.annotation.Id;
import io.micronaut.data.annotation.MappedEntity;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/** A row of {@code subject}, with the id of the token that it is dedicated to. */
@MappedEntity("subject")
record SubjectRow(
    @Id String handle,
    @Nullable String scopeQuery,
    @Nullable String scopeVersion,
    Instant createdAt,
    @Nullable Long dedicatedTo) {

  Subject toDomain() {
    return new Subject(
        new SubjectHandle(handle),
        SubjectSource.OBSERVABILITY,
        new SubjectScope(scopeQuery, scopeVersion),
        dedicatedTo);
  }
}
