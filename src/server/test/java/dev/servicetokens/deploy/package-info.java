/** What operators copy, run by the tools that they use. */
@NullMarked
package dev.servicetokens.deploy;

import org.jspecify.annotations.NullMarked;
