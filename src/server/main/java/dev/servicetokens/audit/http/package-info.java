/** The audit log over HTTP, and where a request came from. */
@NullMarked
package dev.servicetokens.audit.http;

import org.jspecify.annotations.NullMarked;
