/** Where others ask whether a token string is good: the check of reverse proxies. */
@NullMarked
package dev.servicetokens.verification.http;

import org.jspecify.annotations.NullMarked;
