package dev.servicetokens.web.query;

import io.micronaut.core.convert.ConversionContext;
import io.micronaut.core.convert.TypeConverter;
import io.micronaut.http.annotation.QueryValue;
import jakarta.inject.Singleton;
import java.util.Arrays;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * Takes one of the contract's words in a query, compared exactly; the framework would fold its case
 * and take an empty one for none. Elsewhere the names of the constants count, in any case.
 */
@Singleton
@SuppressWarnings("rawtypes") // The framework asks with the raw enum.
final class StrictChoice implements TypeConverter<CharSequence, Enum> {

  @Override
  public Optional<Enum> convert(CharSequence text, Class<Enum> type, ConversionContext context) {
    boolean isInQuery = context.getAnnotationMetadata().hasAnnotation(QueryValue.class);
    Optional<Enum> chosen =
        Stream.of(type.getEnumConstants())
            .filter(choice -> isInQuery ? isExactly(choice, text) : isConstant(choice, text))
            .findFirst();
    if (isInQuery && chosen.isEmpty()) {
      context.reject(text, new WrongParameterException("one of " + words(type)));
    }
    return chosen;
  }

  private static boolean isExactly(Enum choice, CharSequence text) {
    return choice.toString().contentEquals(text);
  }

  /** Configuration and management paths write {@code SOME_THING} as {@code some-thing}, too. */
  private static boolean isConstant(Enum choice, CharSequence text) {
    return choice.name().equalsIgnoreCase(text.toString().replace('-', '_'));
  }

  private static String words(Class<Enum> type) {
    return Arrays.stream(type.getEnumConstants())
        .map(Enum::toString)
        .collect(Collectors.joining(", "));
  }
}
