/** Who the caller is, over HTTP. */
@NullMarked
package dev.servicetokens.authentication.http;

import org.jspecify.annotations.NullMarked;
