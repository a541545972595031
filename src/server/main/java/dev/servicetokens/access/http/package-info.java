/** Subjects and permissions over HTTP. */
@NullMarked
package dev.servicetokens.access.http;

import org.jspecify.annotations.NullMarked;
