package dev.servicetokens.web;

import io.micronaut.http.HttpHeaders;
import io.micronaut.http.HttpRequest;
import io.micronaut.http.ServerHttpRequest;
import io.micronaut.http.body.ByteBody.SplitBackpressureMode;
import io.micronaut.http.body.CloseableAvailableByteBody;
import java.util.Arrays;
import java.util.concurrent.CompletionStage;

/**
 * Reads the bytes of a request's body. None is decompressed, because a few bytes can become a
 * gigabyte.
 */
public final class RequestBody {

  private RequestBody() {}

  /**
   * The whole body, which may be read again afterwards.
   *
   * @return completed at once if all of it is here; fails if it is too large or breaks off
   * @throws UnreadableBodyException if it is encoded, or said to be in another charset than UTF-8
   */
  public static CompletionStage<byte[]> read(ServerHttpRequest<?> request) {
    if (isEncoded(request)) {
      throw UnreadableBodyException.encoded();
    }
    if (!isSaidToBeUtf8(request)) {
      throw UnreadableBodyException.notUtf8();
    }
    return request
        .byteBody()
        .split(SplitBackpressureMode.FASTEST)
        .buffer()
        .thenApply(RequestBody::bytes);
  }

  private static boolean isEncoded(HttpRequest<?> request) {
    return request.getHeaders().contains(HttpHeaders.CONTENT_ENCODING)
        && request.getHeaders().getAll(HttpHeaders.CONTENT_ENCODING).stream()
            .flatMap(codings -> Arrays.stream(codings.split(",")))
            .map(String::strip)
            .anyMatch(coding -> !coding.isEmpty() && !coding.equalsIgnoreCase("identity"));
  }

  /** ASCII is UTF-8, too. Whatever else is said, we would read other characters than were meant. */
  private static boolean isSaidToBeUtf8(HttpRequest<?> request) {
    return request
        .getContentType()
        .flatMap(type -> type.getParameters().get("charset"))
        .map(charset -> charset.toString().replace("\"", ""))
        .filter(
            charset -> !charset.equalsIgnoreCase("utf-8") && !charset.equalsIgnoreCase("us-ascii"))
        .isEmpty();
  }

  private static byte[] bytes(CloseableAvailableByteBody body) {
    try (body) {
      return body.toByteArray();
    }
  }
}
