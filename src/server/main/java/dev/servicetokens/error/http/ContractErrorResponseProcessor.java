package dev.servicetokens.error.http;

import dev.servicetokens.error.Refusals;
import dev.servicetokens.web.RequestCounts;
import io.micronaut.context.annotation.Replaces;
import io.micronaut.http.HttpRequest;
import io.micronaut.http.HttpStatus;
import io.micronaut.http.MutableHttpResponse;
import io.micronaut.http.server.exceptions.response.ErrorContext;
import io.micronaut.http.server.exceptions.response.ErrorResponseProcessor;
import io.micronaut.http.server.netty.NettyHttpRequest;
import jakarta.inject.Singleton;
import java.util.Optional;

/**
 * Gives what the framework refuses by itself (no such path, a wrong method or media type, a body
 * that does not parse) the contract's body, where its own would be HAL or, to a browser, HTML.
 * Thread-safe.
 */
@Singleton
@Replaces(ErrorResponseProcessor.class)
final class ContractErrorResponseProcessor implements ErrorResponseProcessor<Object> {

  private final ErrorResponses responses;
  private final RequestCounts counts;

  ContractErrorResponseProcessor(ErrorResponses responses, RequestCounts counts) {
    this.responses = responses;
    this.counts = counts;
  }

  @Override
  public MutableHttpResponse<Object> processResponse(
      ErrorContext context, MutableHttpResponse<?> response) {
    Optional<Throwable> undecoded = undecoded(context.getRequest());
    if (undecoded.isPresent()) {
      counts.countEarly(response.code()); // No filter sees its answer.
    }
    Throwable cause =
        context
            .getRootCause()
            .or(() -> undecoded)
            .orElseGet(() -> new UnansweredRequest(response.status()));
    return responses.write(
        context.getRequest(), Refusals.ofFramework(response.status(), cause), cause, response);
  }

  /** Why the bytes that came are no request; empty if they are one. */
  private static Optional<Throwable> undecoded(HttpRequest<?> request) {
    return request instanceof NettyHttpRequest<?> netty
        ? Optional.ofNullable(netty.getNativeRequest().decoderResult().cause())
        : Optional.empty();
  }

  /** Stands in the log where the framework refused without an exception. */
  private static final class UnansweredRequest extends RuntimeException {

    private static final long serialVersionUID = 1L;

    UnansweredRequest(HttpStatus status) {
      super("The framework answered " + status.getCode());
    }
  }
}
