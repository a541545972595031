package dev.servicetokens.error.http;

import dev.servicetokens.authentication.RefusalAnswers;
import io.micronaut.http.HttpRequest;
import io.micronaut.http.HttpResponse;
import io.micronaut.security.authentication.AuthorizationException;
import jakarta.inject.Singleton;

/** Answers with what our handlers of such failures answer. Thread-safe. */
@Singleton
final class ContractRefusalAnswers implements RefusalAnswers {

  private final AuthorizationFailureHandler authorization;
  private final FailureHandler others;

  ContractRefusalAnswers(AuthorizationFailureHandler authorization, FailureHandler others) {
    this.authorization = authorization;
    this.others = others;
  }

  @Override
  public HttpResponse<?> answer(HttpRequest<?> request, Throwable failure) {
    return failure instanceof AuthorizationException refused
        ? authorization.handle(request, refused)
        : others.handle(request, failure);
  }
}
