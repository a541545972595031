package dev.servicetokens.web.query;

import io.micronaut.core.convert.ConversionContext;
import io.micronaut.http.annotation.QueryValue;
import java.util.Optional;
import java.util.function.Function;

/** Reads numbers. In configuration an empty one stays none. */
final class WholeNumber {

  private WholeNumber() {}

  static <T> Optional<T> convert(
      CharSequence text, Function<String, T> parser, ConversionContext context) {
    boolean isInQuery = context.getAnnotationMetadata().hasAnnotation(QueryValue.class);
    if (text.isEmpty() && !isInQuery) {
      return Optional.empty();
    }
    try {
      return Optional.of(parser.apply(text.toString()));
    } catch (NumberFormatException e) {
      context.reject(text, isInQuery ? new WrongParameterException("a whole number") : e);
      return Optional.empty();
    }
  }
}
