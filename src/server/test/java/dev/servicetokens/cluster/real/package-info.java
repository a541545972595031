/**
 * The real test of coherence: three packaged servers on one PostgreSQL, clients that create, verify
 * and delete by HTTP only, faults, and an oracle that reads what the clients have noted.
 */
@NullMarked
package dev.servicetokens.cluster.real;

import org.jspecify.annotations.NullMarked;
