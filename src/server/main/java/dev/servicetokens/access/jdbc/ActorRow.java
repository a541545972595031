package dev.servicetokens.access.jdbc;

import io.micronaut.core.annotation.Introspected;
import io.micronaut.data.annotation.TypeDef;
import io.micronaut.data.model.DataType;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** What a change asks of a token that it has locked. */
@Introspected
record ActorRow(
    String name,
    @TypeDef(type = DataType.STRING_ARRAY) List<String> roles,
    @Nullable Instant expiresAt,
    @Nullable String dedicatedSubject) {}
