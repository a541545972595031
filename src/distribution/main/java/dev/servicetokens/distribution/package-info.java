/** Builds what users install. */
@NullMarked
package dev.servicetokens.distribution;

import org.jspecify.annotations.NullMarked;
