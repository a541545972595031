/** Bootstrap secrets in PostgreSQL. */
@NullMarked
package dev.servicetokens.bootstrap.jdbc;

import org.jspecify.annotations.NullMarked;
