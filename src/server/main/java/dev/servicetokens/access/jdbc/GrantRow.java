package dev.servicetokens.access.jdbc;

import io.micronaut.core.annotation.Introspected;

/** A permission of a subject as {@code subject_permission} has it. */
@Introspected
record GrantRow(String permission, String resource) {}
