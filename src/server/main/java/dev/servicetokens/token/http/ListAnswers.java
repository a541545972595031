package dev.servicetokens.token.http;

import dev.servicetokens.access.Principal;
import dev.servicetokens.generated.model.ServiceToken;
import dev.servicetokens.text.InvalidInputException;
import dev.servicetokens.token.ServiceTokenLists;
import dev.servicetokens.token.TokenFilter;
import dev.servicetokens.token.TokenPage;
import dev.servicetokens.token.TokenPosition;
import dev.servicetokens.web.json.StreamedArray;
import io.micronaut.core.type.Argument;
import io.micronaut.http.HttpResponse;
import io.micronaut.http.MediaType;
import io.micronaut.http.MutableHttpResponse;
import jakarta.inject.Singleton;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.Semaphore;
import java.util.function.Supplier;
import java.util.function.UnaryOperator;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * Answers with lists: a page where a limit is given, otherwise all that follows. What weighs more
 * than is held at once is written while it is read. Thread-safe.
 */
@Singleton
final class ListAnswers {

  private static final String NEXT_CURSOR = "X-Next-Cursor";
  private static final int MAX_LIMIT = 1000;

  /** So many are read at once where there is no limit; more make nothing faster. */
  private static final int STREAMED_PAGE = 1000;

  /** So many lists read at once; the others wait for them, not for the database's pool. */
  private static final int READERS = 4;

  private final ServiceTokenLists lists;
  private final Semaphore readers = new Semaphore(READERS, true);

  ListAnswers(ServiceTokenLists lists) {
    this.lists = lists;
  }

  /**
   * At most so many of the tokens behind the cursor.
   *
   * @throws InvalidInputException if the limit or the cursor is not of the contract
   */
  HttpResponse<List<ServiceToken>> page(
      Principal caller, TokenFilter filter, @Nullable String cursor, int limit) {
    if (limit < 1 || limit > MAX_LIMIT) {
      throw new InvalidInputException(
          "'limit' is a number from 1 to %d; leave it out to get everything.".formatted(MAX_LIMIT));
    }
    TokenPage first = read(() -> lists.page(caller, filter, position(cursor), null, limit));
    int left = limit - first.tokens().size();
    TokenPosition end = first.end();
    if (left == 0 || end == null) {
      return withCursor(whole(first), end);
    }
    // The header comes before the body, so that the end is looked up before the rest is read.
    List<TokenPosition> rest = read(() -> lists.positions(caller, filter, end, left + 1));
    if (rest.isEmpty()) {
      return whole(first);
    }
    boolean goesOn = rest.size() > left;
    List<TokenPosition> wanted = goesOn ? rest.subList(0, left) : rest;
    return withCursor(
        streamed(first, remaining(caller, filter, wanted)), goesOn ? wanted.getLast() : null);
  }

  /**
   * All tokens behind the cursor. What fails before the first page is there, is refused as usual.
   *
   * @throws InvalidInputException if the cursor is not of the contract
   */
  HttpResponse<List<ServiceToken>> all(
      Principal caller, TokenFilter filter, @Nullable String cursor) {
    TokenPage first = read(() -> lists.page(caller, filter, position(cursor), null, STREAMED_PAGE));
    return first.end() == null
        ? whole(first)
        : streamed(
            first, page -> read(() -> lists.page(caller, filter, end(page), null, STREAMED_PAGE)));
  }

  /** Reads on to the last of those, and leaves out what was created between them meanwhile. */
  private UnaryOperator<TokenPage> remaining(
      Principal caller, TokenFilter filter, List<TokenPosition> wanted) {
    TokenPosition until = wanted.getLast();
    Set<Long> ids = wanted.stream().map(one -> one.id().value()).collect(Collectors.toSet());
    return page -> {
      TokenPage next = read(() -> lists.page(caller, filter, end(page), until, STREAMED_PAGE));
      return new TokenPage(
          next.tokens().stream().filter(token -> ids.contains(token.id().value())).toList(),
          next.end());
    };
  }

  private <T> T read(Supplier<T> reading) {
    readers.acquireUninterruptibly();
    try {
      return reading.get();
    } finally {
      readers.release();
    }
  }

  private static TokenPosition end(TokenPage page) {
    return Objects.requireNonNull(page.end());
  }

  private static MutableHttpResponse<List<ServiceToken>> withCursor(
      MutableHttpResponse<List<ServiceToken>> answer, @Nullable TokenPosition end) {
    return end == null ? answer : answer.header(NEXT_CURSOR, Cursor.of(end));
  }

  private static MutableHttpResponse<List<ServiceToken>> whole(TokenPage page) {
    return HttpResponse.ok(toWire(page));
  }

  /** The contract's type is that of the array which the body's writer makes of the stream. */
  @SuppressWarnings("unchecked")
  private static MutableHttpResponse<List<ServiceToken>> streamed(
      TokenPage first, UnaryOperator<TokenPage> following) {
    MutableHttpResponse<?> answer =
        HttpResponse.ok(
                new StreamedArray<>(
                    first,
                    page -> page.end() != null,
                    following,
                    ListAnswers::toWire,
                    Argument.listOf(ServiceToken.class),
                    "",
                    page -> ""))
            .contentType(MediaType.APPLICATION_JSON_TYPE);
    return (MutableHttpResponse<List<ServiceToken>>) answer;
  }

  private static @Nullable TokenPosition position(@Nullable String cursor) {
    return cursor == null ? null : Cursor.parse(cursor);
  }

  private static List<ServiceToken> toWire(TokenPage page) {
    return page.tokens().stream().map(WireTokens::toWire).toList();
  }
}
