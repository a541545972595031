/**
 * Whether a token string is live: its principal, why there is none, or that nobody can tell now.
 * Whoever verifies tokens enters at {@link dev.servicetokens.verification.TokenVerifier}.
 *
 * <p>The way of a request whose token is in memory passes four classes between the filter that
 * stands before every route ({@code authentication.AuthorizationFilter}) and the principal:
 *
 * <ol>
 *   <li>{@code authentication.ServiceTokenFetcher} finds the token string in the headers;
 *   <li>{@code TokenVerifier} makes its digest, and in the end compares the token's end with the
 *       clock and counts the use;
 *   <li>{@code cluster.CoherentPrincipals} looks whether this node holds its lease;
 *   <li>{@code cluster.PrincipalCache} looks the digest up and gives the {@code LiveToken}.
 * </ol>
 *
 * <p>All of it happens on one thread, without a lock and without a write. If memory cannot tell,
 * {@code UnknownTokens} has the database asked on another thread, unless the address is over its
 * limit; {@code TokenUses} stores what was counted once a second.
 */
@NullMarked
package dev.servicetokens.verification;

import org.jspecify.annotations.NullMarked;
