/** What every command is and has: its flags, its session, its report. */
@NullMarked
package dev.servicetokens.cli.command;

import org.jspecify.annotations.NullMarked;
