/**
 * Everything about HTTP that is not one operation's: who a request came from, the key that its
 * traces share, and in the packages below its connection, its JSON, its parameters, the
 * documentation and the information about the server. Every {@code http} package may ask it.
 */
@NullMarked
package dev.servicetokens.web;

import org.jspecify.annotations.NullMarked;
