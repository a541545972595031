package dev.servicetokens.cluster.jdbc;

import io.micronaut.core.annotation.Introspected;
import io.micronaut.data.annotation.TypeDef;
import io.micronaut.data.model.DataType;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The latest change, and the token of a digest as far as there is one.
 *
 * @param changeNumber the latest change
 * @param serverStart when the database server had started
 * @param tokenId null, as all that follows, if no token has the digest
 * @param permissions permissions that its roles hold in the database
 * @param resources the resource of each, in the same order
 */
@Introspected
record PrincipalAnswerRow(
    long changeNumber,
    String serverStart,
    @Nullable Long tokenId,
    @Nullable String name,
    @TypeDef(type = DataType.STRING_ARRAY) @Nullable List<String> roles,
    @Nullable Instant expiresAt,
    @TypeDef(type = DataType.STRING_ARRAY) @Nullable List<String> permissions,
    @TypeDef(type = DataType.STRING_ARRAY) @Nullable List<String> resources) {}
