/** The commands about the caller itself. */
@NullMarked
package dev.servicetokens.cli.usersession;

import org.jspecify.annotations.NullMarked;
