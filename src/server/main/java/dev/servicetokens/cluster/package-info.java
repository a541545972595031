/**
 * Coherence between nodes that answer from memory: what is revoked is refused by all of them when
 * the revocation has returned.
 *
 * <p>The table {@code change} delivers, NOTIFY only wakes, and no clock is compared with another
 * node's. A lease is "I read the whole log with a read that I sent at t; I answer from memory until
 * t + 0.9 s". Whoever revokes waits until every registered node has acknowledged, or 1 s from its
 * own COMMIT: by then every older lease is over. Numbers of rules are those of the coherence
 * protocol.
 */
@NullMarked
package dev.servicetokens.cluster;

import org.jspecify.annotations.NullMarked;
