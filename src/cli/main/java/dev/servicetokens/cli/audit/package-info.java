/** The commands that tell who did what, and check that nobody changed it afterwards. */
@NullMarked
package dev.servicetokens.cli.audit;

import org.jspecify.annotations.NullMarked;
