/**
 * Service tokens in Micronaut Security: a caller presents one, the service verifies it in its own
 * process, and what the token may do are the caller's roles.
 */
@NullMarked
package dev.servicetokens.micronaut;

import org.jspecify.annotations.NullMarked;
