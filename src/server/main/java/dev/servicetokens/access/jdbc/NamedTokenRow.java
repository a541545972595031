package dev.servicetokens.access.jdbc;

import io.micronaut.core.annotation.Introspected;

/** Id and name of a row of {@code service_token}. */
@Introspected
record NamedTokenRow(long id, String name) {}
