/** The commands that save, show and choose contexts. */
@NullMarked
package dev.servicetokens.cli.context;

import org.jspecify.annotations.NullMarked;
