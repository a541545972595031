package dev.servicetokens.web.json;

import io.micronaut.core.type.Argument;
import java.util.List;
import java.util.function.Function;
import java.util.function.Predicate;
import java.util.function.UnaryOperator;

/**
 * An answer that is too long to be held at once: one JSON array, alone or within an object, made of
 * pages. The next page is read when the connection has taken the one before it.
 *
 * @param <P> what is read at once
 * @param <T> what the array holds
 * @param first the first page
 * @param goesOn whether another page follows that one; asked without reading it
 * @param following reads the page that follows; called once for each, in order, by one thread at a
 *     time
 * @param items what the array shows of a page
 * @param type the type of that
 * @param before the JSON in front of the array
 * @param after the JSON behind the array, when the last page is known
 */
public record StreamedArray<P, T>(
    P first,
    Predicate<P> goesOn,
    UnaryOperator<P> following,
    Function<P, List<T>> items,
    Argument<List<T>> type,
    String before,
    Function<P, String> after) {}
