/** Service tokens over HTTP. */
@NullMarked
package dev.servicetokens.token.http;

import org.jspecify.annotations.NullMarked;
