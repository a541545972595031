package dev.servicetokens.authentication;

import io.micronaut.http.HttpRequest;
import io.micronaut.http.HttpResponse;

/**
 * Answers a request that is refused before it reaches its route. Thrown instead, a refusal would
 * make the framework search all its beans for a handler, ten times the work of the answer, and a
 * flood of wrong tokens would slow everybody down. Thread-safe.
 */
public interface RefusalAnswers {

  /**
   * What the failure is answered with.
   *
   * @param failure why it is refused
   */
  HttpResponse<?> answer(HttpRequest<?> request, RuntimeException failure);
}
