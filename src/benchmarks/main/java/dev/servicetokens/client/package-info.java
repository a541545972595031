/** Benchmarks of what is hidden in the SDK's package of this name; no part of the release. */
@NullMarked
package dev.servicetokens.client;

import org.jspecify.annotations.NullMarked;
