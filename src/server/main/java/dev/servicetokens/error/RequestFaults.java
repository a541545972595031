package dev.servicetokens.error;

import io.micronaut.core.convert.exceptions.ConversionErrorException;
import io.micronaut.web.router.exceptions.UnsatisfiedRouteException;

/** Says what is wrong with a request that the framework could not read. */
final class RequestFaults {

  private RequestFaults() {}

  static String messageOf(Throwable cause) {
    return switch (cause) {
      case UnsatisfiedRouteException missing ->
          "The request lacks '%s'; give it.".formatted(missing.getArgument().getName());
      case ConversionErrorException wrong ->
          "The value of '%s' is not one: %s"
              .formatted(wrong.getArgument().getName(), wrong.getMessage());
      default ->
          "The request cannot be read: " + cause.getClass().getName() + ": " + cause.getMessage();
    };
  }
}
