/** Opens to the benchmarks what is hidden in the server's package of this name. */
@NullMarked
package dev.servicetokens.cluster;

import org.jspecify.annotations.NullMarked;
