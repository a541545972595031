/** The whole product as a newcomer meets it: launcher, server and command line as processes. */
@NullMarked
package dev.servicetokens.cli.product;

import org.jspecify.annotations.NullMarked;
