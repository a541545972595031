package dev.servicetokens.web;

import io.micronaut.http.HttpRequest;
import io.micronaut.http.HttpResponse;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletionStage;
import org.jspecify.annotations.Nullable;

/**
 * Answers requests that no route can describe, because every method is theirs or because their path
 * is read as it was sent. Asked for each request before its caller is authenticated, on the event
 * loop, so it tells quickly what is not its own. Thread-safe.
 */
public interface UnroutedRequests {

  /**
   * The answer to a request of its own.
   *
   * @return null if the request is to be routed; else a stage that gives an answer
   */
  @Nullable CompletionStage<Optional<HttpResponse<?>>> answer(HttpRequest<?> request);

  /** The contract's names of all operations of its own. */
  List<String> operations();

  /**
   * The contract's name of the operation that such a request is for; null if it is to be routed.
   */
  @Nullable String operation(HttpRequest<?> request);
}
