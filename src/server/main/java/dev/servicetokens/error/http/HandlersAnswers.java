package dev.servicetokens.error.http;

import dev.servicetokens.authentication.RefusalAnswers;
import io.micronaut.http.HttpRequest;
import io.micronaut.http.HttpResponse;
import io.micronaut.security.authentication.AuthorizationException;
import jakarta.inject.Singleton;

/** Answers as the framework would, had it searched for a handler. Thread-safe. */
@Singleton
final class HandlersAnswers implements RefusalAnswers {

  private final AuthorizationFailureHandler authorization;
  private final FailureHandler others;

  HandlersAnswers(AuthorizationFailureHandler authorization, FailureHandler others) {
    this.authorization = authorization;
    this.others = others;
  }

  @Override
  public HttpResponse<?> answer(HttpRequest<?> request, RuntimeException failure) {
    return failure instanceof AuthorizationException refused
        ? authorization.handle(request, refused)
        : others.handle(request, failure);
  }
}
