package dev.servicetokens.token.http;

import dev.servicetokens.token.TokenPage;
import dev.servicetokens.token.TokenPosition;
import java.util.function.Function;

/**
 * A list that is too long to be held at once: its first page, and how to read the others.
 *
 * @param first the first page
 * @param following reads the page behind a position; called once for each, in order, by one thread
 *     at a time
 */
record ServiceTokenStream(TokenPage first, Function<TokenPosition, TokenPage> following) {}
