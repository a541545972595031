package dev.servicetokens.query;

import io.micronaut.core.convert.ConversionContext;
import io.micronaut.core.convert.TypeConverter;
import jakarta.inject.Singleton;
import java.util.Arrays;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * Takes one of the contract's words in a query, compared exactly; the framework would fold its case
 * and take an empty one for none. Elsewhere an enum has the names of its constants.
 */
@Singleton
@SuppressWarnings("rawtypes") // The framework asks with the raw enum.
final class StrictChoice implements TypeConverter<CharSequence, Enum> {

  @Override
  public Optional<Enum> convert(CharSequence text, Class<Enum> type, ConversionContext context) {
    Optional<Enum> chosen =
        Stream.of(type.getEnumConstants())
            .filter(choice -> choice.toString().contentEquals(text))
            .findFirst();
    if (chosen.isEmpty()) {
      context.reject(
          text,
          new WrongParameterException(
              "one of "
                  + Arrays.stream(type.getEnumConstants())
                      .map(Enum::toString)
                      .collect(Collectors.joining(", "))));
    }
    return chosen;
  }
}
