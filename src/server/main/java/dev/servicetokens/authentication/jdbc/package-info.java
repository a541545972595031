/** The use of tokens in PostgreSQL. */
@NullMarked
package dev.servicetokens.authentication.jdbc;

import org.jspecify.annotations.NullMarked;
