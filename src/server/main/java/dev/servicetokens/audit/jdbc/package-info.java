/** The audit log and its chain in PostgreSQL. */
@NullMarked
package dev.servicetokens.audit.jdbc;

import org.jspecify.annotations.NullMarked;
