package dev.servicetokens.web;

import io.micronaut.http.HttpRequest;
import io.micronaut.http.HttpResponse;

/**
 * Answers a request that is refused, or cannot be checked, before it reaches its route. Thrown
 * instead, the failure would make the framework search all its beans for a handler, which costs
 * more than all the rest of the request, and a flood of wrong tokens would slow everybody down.
 * Thread-safe.
 */
public interface RefusalAnswers {

  /**
   * What the failure is answered with.
   *
   * @param failure why it goes no further
   */
  HttpResponse<?> answer(HttpRequest<?> request, Throwable failure);
}
