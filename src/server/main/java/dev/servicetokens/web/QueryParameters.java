package dev.servicetokens.web;

import io.micronaut.context.annotation.Factory;
import io.micronaut.core.convert.ConversionContext;
import io.micronaut.core.convert.TypeConverter;
import io.micronaut.http.annotation.QueryValue;
import jakarta.inject.Singleton;
import java.util.Arrays;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * Takes the parameters of a query for what the contract says, where the framework would guess: any
 * other word for false, an empty number or choice for none, a choice in any case. The framework has
 * one converter for each type in the whole application, so that these convert configuration, too,
 * and leave its own words to it.
 */
@Factory
public final class QueryParameters {

  private static final Set<String> TRUE_IN_CONFIGURATION = Set.of("yes", "y", "on", "true");

  QueryParameters() {}

  /** Whole numbers of 32 bits. */
  @Singleton
  TypeConverter<CharSequence, Integer> integers() {
    return (text, type, context) -> wholeNumber(text, Integer::valueOf, context);
  }

  /** Whole numbers of 64 bits. */
  @Singleton
  TypeConverter<CharSequence, Long> longs() {
    return (text, type, context) -> wholeNumber(text, Long::valueOf, context);
  }

  /** The words {@code true} and {@code false}. */
  @Singleton
  TypeConverter<CharSequence, Boolean> booleans() {
    return (text, type, context) -> {
      String word = text.toString();
      if (!isInQuery(context)) {
        return Optional.of(TRUE_IN_CONFIGURATION.contains(word.toLowerCase(Locale.ENGLISH)));
      }
      return switch (word) {
        case "true" -> Optional.of(true);
        case "false" -> Optional.of(false);
        default -> refused(text, "true or false", context);
      };
    };
  }

  /** One of the contract's words, compared exactly. Elsewhere it is the name of the constant. */
  @Singleton
  @SuppressWarnings("rawtypes") // The framework asks with the raw enum.
  TypeConverter<CharSequence, Enum> choices() {
    return (text, type, context) -> {
      boolean isInQuery = isInQuery(context);
      Optional<Enum> chosen =
          Stream.of(type.getEnumConstants())
              .filter(choice -> isInQuery ? isExactly(choice, text) : isConstant(choice, text))
              .findFirst();
      return isInQuery && chosen.isEmpty()
          ? refused(text, "one of " + words(type), context)
          : chosen;
    };
  }

  private static <T> Optional<T> wholeNumber(
      CharSequence text, Function<String, T> parser, ConversionContext context) {
    boolean isInQuery = isInQuery(context);
    if (text.isEmpty() && !isInQuery) {
      return Optional.empty();
    }
    try {
      return Optional.of(parser.apply(text.toString()));
    } catch (NumberFormatException e) {
      if (isInQuery) {
        return refused(text, "a whole number", context);
      }
      context.reject(text, e);
      return Optional.empty();
    }
  }

  private static boolean isInQuery(ConversionContext context) {
    return context.getAnnotationMetadata().hasAnnotation(QueryValue.class);
  }

  private static <T> Optional<T> refused(
      CharSequence text, String expected, ConversionContext context) {
    context.reject(text, new WrongParameterException(expected));
    return Optional.empty();
  }

  private static boolean isExactly(Enum<?> choice, CharSequence text) {
    return choice.toString().contentEquals(text);
  }

  /** Configuration and management paths write {@code SOME_THING} as {@code some-thing}, too. */
  private static boolean isConstant(Enum<?> choice, CharSequence text) {
    return choice.name().equalsIgnoreCase(text.toString().replace('-', '_'));
  }

  @SuppressWarnings("rawtypes") // The framework asks with the raw enum.
  private static String words(Class<Enum> type) {
    return Arrays.stream(type.getEnumConstants())
        .map(Enum::toString)
        .collect(Collectors.joining(", "));
  }

  /** A parameter has a value that the contract does not know; says what it must be. */
  public static final class WrongParameterException extends RuntimeException {

    private static final long serialVersionUID = 1L;

    private final String expected;

    private WrongParameterException(String expected) {
      super("must be " + expected);
      this.expected = expected;
    }

    /** What the value must be, to follow "must be". */
    public String expected() {
      return expected;
    }
  }
}
