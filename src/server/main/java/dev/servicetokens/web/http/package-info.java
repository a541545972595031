/** The server's status and versions over HTTP. */
@NullMarked
package dev.servicetokens.web.http;

import org.jspecify.annotations.NullMarked;
