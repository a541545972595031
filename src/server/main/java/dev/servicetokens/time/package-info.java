/** The one clock. */
@NullMarked
package dev.servicetokens.time;

import org.jspecify.annotations.NullMarked;
