package dev.servicetokens.token.http;

import dev.servicetokens.access.Principal;
import dev.servicetokens.generated.model.ServiceToken;
import dev.servicetokens.token.InvalidTokenListException;
import dev.servicetokens.token.ServiceTokenLists;
import dev.servicetokens.token.TokenFilter;
import dev.servicetokens.token.TokenPage;
import dev.servicetokens.token.TokenPosition;
import io.micronaut.http.HttpResponse;
import io.micronaut.http.MediaType;
import io.micronaut.http.MutableHttpResponse;
import jakarta.inject.Singleton;
import java.util.List;
import java.util.concurrent.Semaphore;
import org.jspecify.annotations.Nullable;

/** Answers with lists: a page where a limit is given, otherwise all that follows. Thread-safe. */
@Singleton
final class ListAnswers {

  private static final String NEXT_CURSOR = "X-Next-Cursor";
  private static final int MAX_LIMIT = 1000;

  /** So many are read at once where there is no limit; more make nothing faster. */
  private static final int STREAMED_PAGE = 1000;

  /** So many long lists read at once; the others wait for them, not for the database's pool. */
  private static final int READERS = 4;

  private final ServiceTokenLists lists;
  private final Semaphore readers = new Semaphore(READERS, true);

  ListAnswers(ServiceTokenLists lists) {
    this.lists = lists;
  }

  /**
   * At most so many of the tokens behind the cursor.
   *
   * @throws InvalidTokenListException if the limit or the cursor is not of the contract
   */
  HttpResponse<List<ServiceToken>> page(
      Principal caller, TokenFilter filter, @Nullable String cursor, int limit) {
    if (limit < 1 || limit > MAX_LIMIT) {
      throw new InvalidTokenListException(
          "'limit' is a number from 1 to %d; leave it out to get everything.".formatted(MAX_LIMIT));
    }
    TokenPage page = lists.page(caller, filter, position(cursor), limit);
    MutableHttpResponse<List<ServiceToken>> answer = HttpResponse.ok(toWire(page));
    if (page.end() != null) {
      answer.header(NEXT_CURSOR, Cursor.of(page.end()));
    }
    return answer;
  }

  /**
   * All tokens behind the cursor. What fails before the first page is there, is refused as usual.
   *
   * @throws InvalidTokenListException if the cursor is not of the contract
   */
  HttpResponse<List<ServiceToken>> all(
      Principal caller, TokenFilter filter, @Nullable String cursor) {
    TokenPage first = lists.page(caller, filter, position(cursor), STREAMED_PAGE);
    return first.end() == null
        ? HttpResponse.ok(toWire(first))
        : streamed(new ServiceTokenStream(first, position -> following(caller, filter, position)));
  }

  private TokenPage following(Principal caller, TokenFilter filter, TokenPosition position) {
    readers.acquireUninterruptibly();
    try {
      return lists.page(caller, filter, position, STREAMED_PAGE);
    } finally {
      readers.release();
    }
  }

  /** The contract's type is that of the array which the body's writer makes of the stream. */
  @SuppressWarnings("unchecked")
  private static HttpResponse<List<ServiceToken>> streamed(ServiceTokenStream stream) {
    HttpResponse<?> answer = HttpResponse.ok(stream).contentType(MediaType.APPLICATION_JSON_TYPE);
    return (HttpResponse<List<ServiceToken>>) answer;
  }

  private static @Nullable TokenPosition position(@Nullable String cursor) {
    return cursor == null ? null : Cursor.parse(cursor);
  }

  private static List<ServiceToken> toWire(TokenPage page) {
    return page.tokens().stream().map(WireTokens::toWire).toList();
  }
}
