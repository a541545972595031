/** The {@code sts} command line: its entry and the tree of its commands. */
@NullMarked
package dev.servicetokens.cli;

import org.jspecify.annotations.NullMarked;
