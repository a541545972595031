package dev.servicetokens.web.query;

import io.micronaut.core.convert.ConversionContext;
import io.micronaut.core.convert.TypeConverter;
import io.micronaut.http.annotation.QueryValue;
import jakarta.inject.Singleton;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;

/**
 * Takes {@code true} and {@code false} in a query and nothing else; the framework would take any
 * other word for false. In configuration its own words stay.
 */
@Singleton
final class StrictBoolean implements TypeConverter<CharSequence, Boolean> {

  private static final Set<String> TRUE_IN_CONFIGURATION = Set.of("yes", "y", "on", "true");

  @Override
  public Optional<Boolean> convert(
      CharSequence text, Class<Boolean> type, ConversionContext context) {
    String word = text.toString();
    if (!context.getAnnotationMetadata().hasAnnotation(QueryValue.class)) {
      return Optional.of(TRUE_IN_CONFIGURATION.contains(word.toLowerCase(Locale.ENGLISH)));
    }
    return switch (word) {
      case "true" -> Optional.of(true);
      case "false" -> Optional.of(false);
      default -> {
        context.reject(text, new WrongParameterException("true or false"));
        yield Optional.empty();
      }
    };
  }
}
