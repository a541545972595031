/** The server's status and versions over HTTP. */
@NullMarked
package dev.servicetokens.serverinfo.http;

import org.jspecify.annotations.NullMarked;
