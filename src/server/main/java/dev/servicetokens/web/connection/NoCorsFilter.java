package dev.servicetokens.web.connection;

import io.micronaut.context.annotation.Replaces;
import io.micronaut.http.annotation.ServerFilter;
import io.micronaut.http.server.cors.CorsFilter;

/**
 * Stands in the place of the framework's filter for cross-origin requests, and does nothing: a
 * header {@code Origin} changes no answer here, since nobody is let in by a cookie. The framework's
 * filter would refuse some of them with an empty 403 that nobody audits; and because it runs before
 * routing, every other filter would run unasked.
 */
@ServerFilter(ServerFilter.MATCH_ALL_PATTERN) // Or it would not be found beside the other.
@Replaces(CorsFilter.class)
final class NoCorsFilter {}
