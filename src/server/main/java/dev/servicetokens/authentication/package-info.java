/**
 * From a request to its credential, and from the verified caller to Micronaut Security: the filter
 * before every route, the rules that it asks, and who the caller is.
 */
@NullMarked
package dev.servicetokens.authentication;

import org.jspecify.annotations.NullMarked;
