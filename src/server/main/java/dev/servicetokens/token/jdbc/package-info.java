/** Service tokens in PostgreSQL. */
@NullMarked
package dev.servicetokens.token.jdbc;

import org.jspecify.annotations.NullMarked;
