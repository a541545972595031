/** What the process gives the command line: variables, streams and what they lead to. */
@NullMarked
package dev.servicetokens.cli.environment;

import org.jspecify.annotations.NullMarked;
