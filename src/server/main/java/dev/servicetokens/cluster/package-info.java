/**
 * Coherence between nodes that answer from memory: what is revoked is refused by all of them when
 * the revocation has returned.
 *
 * <p>The table {@code change} delivers, NOTIFY only wakes, and no clock is compared with another
 * node's. A lease is "I read the whole change log with a read that I sent at t; I answer from
 * memory until t + 0.9 s". Whoever revokes waits until every registered node has acknowledged, or 1
 * s from its own COMMIT: by then every older lease is over. A rule that a comment cites is the line
 * of that number in {@code src/docs/coherence.md}, the protocol.
 *
 * <p>To follow a deletion, begin with {@code CoherentCommits}, which commits a change and waits;
 * {@code AwaitedChanges} decides for how long. On the other side {@code CoherenceNode} reads the
 * change, forgets what it touches and acknowledges it when it renews its lease; while that holds,
 * {@code CoherentPrincipals} answers requests from memory.
 */
@NullMarked
package dev.servicetokens.cluster;

import org.jspecify.annotations.NullMarked;
