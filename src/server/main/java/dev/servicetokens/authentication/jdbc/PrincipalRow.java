package dev.servicetokens.authentication.jdbc;

import io.micronaut.core.annotation.Introspected;
import io.micronaut.data.annotation.TypeDef;
import io.micronaut.data.model.DataType;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A token as authentication needs it.
 *
 * @param permissions permissions that its roles hold in the database
 * @param resources the resource of each, in the same order
 */
@Introspected
record PrincipalRow(
    long tokenId,
    String name,
    @TypeDef(type = DataType.STRING_ARRAY) List<String> roles,
    @Nullable Instant expiresAt,
    @TypeDef(type = DataType.STRING_ARRAY) List<String> permissions,
    @TypeDef(type = DataType.STRING_ARRAY) List<String> resources) {}
