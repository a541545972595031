package dev.servicetokens.error;

import dev.servicetokens.web.connection.MalformedRequestException;
import dev.servicetokens.web.json.WrongTypeException;
import dev.servicetokens.web.query.WrongParameterException;
import io.micronaut.core.convert.exceptions.ConversionErrorException;
import io.micronaut.core.type.Argument;
import io.micronaut.http.annotation.Body;
import io.micronaut.web.router.exceptions.UnsatisfiedRouteException;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** Says what is wrong with a request that the framework could not read. */
final class RequestFaults {

  private static final Pattern UNKNOWN_FIELD = Pattern.compile("Unknown property \\[([^]]*)]");
  private static final Pattern REPEATED_FIELD = Pattern.compile("Duplicate property \\[([^]]*)]");

  private RequestFaults() {}

  static String messageOf(Throwable failure) {
    for (@Nullable Throwable cause = failure; cause != null; cause = cause.getCause()) {
      if (cause instanceof WrongTypeException wrong) {
        return wrong.getMessage() + "; correct it.";
      }
    }
    return switch (failure) {
      case UnsatisfiedRouteException missing when isBody(missing.getArgument()) ->
          "The request has no body; send a JSON object.";
      case UnsatisfiedRouteException missing ->
          "The request lacks '%s'; give it.".formatted(missing.getArgument().getName());
      case MalformedRequestException malformed -> String.valueOf(malformed.getMessage());
      case ConversionErrorException unreadable -> messageOf(unreadable);
      default -> "The request cannot be read; /docs shows what this operation takes.";
    };
  }

  private static String messageOf(ConversionErrorException unreadable) {
    if (unreadable.getCause() instanceof WrongParameterException wrong) {
      return "'%s' must be %s; correct it."
          .formatted(unreadable.getArgument().getName(), wrong.expected());
    }
    String detail = String.valueOf(unreadable.getMessage());
    Matcher unknown = UNKNOWN_FIELD.matcher(detail);
    if (unknown.find()) {
      return "The field '%s' is unknown here; remove it or correct its name."
          .formatted(unknown.group(1));
    }
    Matcher repeated = REPEATED_FIELD.matcher(detail);
    if (repeated.find()) {
      return "The field '%s' is given twice; give it once.".formatted(repeated.group(1));
    }
    return isBody(unreadable.getArgument())
        ? "The body is not the JSON object that this operation takes; /docs shows it."
        : "'%s' has a value of the wrong type; /docs shows the right one."
            .formatted(unreadable.getArgument().getName());
  }

  private static boolean isBody(Argument<?> argument) {
    return argument.getAnnotationMetadata().hasAnnotation(Body.class);
  }
}
