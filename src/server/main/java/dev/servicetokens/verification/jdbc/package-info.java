/** The use of tokens in PostgreSQL. */
@NullMarked
package dev.servicetokens.verification.jdbc;

import org.jspecify.annotations.NullMarked;
