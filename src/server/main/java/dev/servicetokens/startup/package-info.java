/** Starting and ending: what a person reads when it works, and when it does not. */
@NullMarked
package dev.servicetokens.startup;

import org.jspecify.annotations.NullMarked;
