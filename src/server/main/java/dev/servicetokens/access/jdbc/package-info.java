/** Subjects and their permissions in PostgreSQL. */
@NullMarked
package dev.servicetokens.access.jdbc;

import org.jspecify.annotations.NullMarked;
