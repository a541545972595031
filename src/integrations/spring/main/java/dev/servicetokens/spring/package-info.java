/**
 * Service tokens in Spring Security: a caller presents one, the service verifies it in its own
 * process, and what the token may do are the caller's authorities.
 */
@NullMarked
package dev.servicetokens.spring;

import org.jspecify.annotations.NullMarked;
