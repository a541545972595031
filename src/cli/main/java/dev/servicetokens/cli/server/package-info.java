/** The connection to one server: trust, the check of its version, and its refusals. */
@NullMarked
package dev.servicetokens.cli.server;

import org.jspecify.annotations.NullMarked;
