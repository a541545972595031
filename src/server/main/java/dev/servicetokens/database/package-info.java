/** The database: the embedded PostgreSQL, its data directory, and what any database must be. */
@NullMarked
package dev.servicetokens.database;

import org.jspecify.annotations.NullMarked;
