/** How a command ends when it cannot do what it was asked: exit codes and one-line messages. */
@NullMarked
package dev.servicetokens.cli.failure;

import org.jspecify.annotations.NullMarked;
