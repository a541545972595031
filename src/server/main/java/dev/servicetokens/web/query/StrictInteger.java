package dev.servicetokens.web.query;

import io.micronaut.core.convert.ConversionContext;
import io.micronaut.core.convert.TypeConverter;
import jakarta.inject.Singleton;
import java.util.Optional;

/** Takes a whole number of 32 bits in a query; the framework would take an empty one for none. */
@Singleton
final class StrictInteger implements TypeConverter<CharSequence, Integer> {

  @Override
  public Optional<Integer> convert(
      CharSequence text, Class<Integer> type, ConversionContext context) {
    return WholeNumber.convert(text, Integer::valueOf, context);
  }
}
