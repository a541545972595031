/** Opens to the benchmarks what is hidden in the server's package of this name. */
@NullMarked
package dev.servicetokens.verification;

import org.jspecify.annotations.NullMarked;
