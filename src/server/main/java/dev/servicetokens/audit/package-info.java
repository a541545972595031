/** Who did what: events that are written with the change, and a chain that shows later changes. */
@NullMarked
package dev.servicetokens.audit;

import org.jspecify.annotations.NullMarked;
