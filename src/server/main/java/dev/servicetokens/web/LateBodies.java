package dev.servicetokens.web;

import io.micronaut.http.HttpRequest;
import io.micronaut.http.HttpResponse;
import java.util.Optional;
import java.util.concurrent.CompletionStage;
import org.jspecify.annotations.Nullable;

/**
 * Decides again about a request that was let in before its body had come. A caller may take half a
 * minute for its body, and nothing more must be told to one whose token was deleted meanwhile, or
 * whose permission was taken. Thread-safe.
 */
public interface LateBodies {

  /**
   * Lets the request go on or refuses it, now that its body is here.
   *
   * @return null if it goes on at once; else a stage that gives the answer to a request that is
   *     refused or could not be checked, or nothing when it may go on
   */
  @Nullable CompletionStage<Optional<HttpResponse<?>>> decideAgain(HttpRequest<?> request);
}
