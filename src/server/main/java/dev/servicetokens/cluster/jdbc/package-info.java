/** The coherence protocol's statements in PostgreSQL. */
@NullMarked
package dev.servicetokens.cluster.jdbc;

import org.jspecify.annotations.NullMarked;
