package dev.servicetokens.audit.http;

import dev.servicetokens.generated.model.AuditAction;
import dev.servicetokens.generated.model.AuditOutcome;
import io.micronaut.context.annotation.Factory;
import io.micronaut.core.convert.ConversionContext;
import io.micronaut.core.convert.TypeConverter;
import jakarta.inject.Singleton;
import java.util.Map;
import java.util.Optional;

/**
 * Reads the closed words of the query exactly. The framework takes other cases and separators for
 * the same, and an empty one for none, which would show everything to somebody who asked for one
 * kind.
 */
@Factory
final class ExactParameters {

  @Singleton
  TypeConverter<CharSequence, AuditAction> actions() {
    return (word, type, context) -> exact(AuditAction.VALUE_MAPPING, word, context);
  }

  @Singleton
  TypeConverter<CharSequence, AuditOutcome> outcomes() {
    return (word, type, context) -> exact(AuditOutcome.VALUE_MAPPING, word, context);
  }

  private static <E> Optional<E> exact(
      Map<String, E> words, CharSequence word, ConversionContext context) {
    Optional<E> found = Optional.ofNullable(words.get(word.toString()));
    if (found.isEmpty()) {
      context.reject(word, new IllegalArgumentException("not one of the words of the contract"));
    }
    return found;
  }
}
