package dev.servicetokens.web.query;

import io.micronaut.core.convert.ConversionContext;
import io.micronaut.core.convert.TypeConverter;
import jakarta.inject.Singleton;
import java.util.Optional;

/** Takes a whole number of 64 bits in a query; the framework would take an empty one for none. */
@Singleton
final class StrictLong implements TypeConverter<CharSequence, Long> {

  @Override
  public Optional<Long> convert(CharSequence text, Class<Long> type, ConversionContext context) {
    return WholeNumber.convert(text, Long::valueOf, context);
  }
}
