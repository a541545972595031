/** The help pages and the messages about a command line that cannot be understood. */
@NullMarked
package dev.servicetokens.cli.help;

import org.jspecify.annotations.NullMarked;
