/** What a command prints, as text for people and as JSON for programs. */
@NullMarked
package dev.servicetokens.cli.output;

import org.jspecify.annotations.NullMarked;
