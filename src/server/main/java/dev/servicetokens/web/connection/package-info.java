/** A connection of HTTP/1.1: what it may cost, and what a request on it must look like. */
@NullMarked
package dev.servicetokens.web.connection;

import org.jspecify.annotations.NullMarked;
