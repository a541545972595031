/** Scripts that complete commands and flags in a shell. */
@NullMarked
package dev.servicetokens.cli.completion;

import org.jspecify.annotations.NullMarked;
