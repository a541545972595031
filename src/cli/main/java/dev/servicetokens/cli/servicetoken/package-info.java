/** The commands that create, list, show and delete service tokens. */
@NullMarked
package dev.servicetokens.cli.servicetoken;

import org.jspecify.annotations.NullMarked;
