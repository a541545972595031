/** Benchmarks of what is hidden in the server's package of this name; no part of the release. */
@NullMarked
package dev.servicetokens.authentication;

import org.jspecify.annotations.NullMarked;
