/** The commands that create, list and delete service tokens. */
@NullMarked
package dev.servicetokens.cli.servicetoken;

import org.jspecify.annotations.NullMarked;
