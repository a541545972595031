package dev.servicetokens.token.http;

import dev.servicetokens.generated.model.ServiceToken;
import dev.servicetokens.token.TokenPage;
import dev.servicetokens.token.TokenPosition;
import io.micronaut.core.type.Argument;
import io.micronaut.json.JsonMapper;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.Arrays;
import java.util.Iterator;
import java.util.List;
import java.util.NoSuchElementException;
import org.jspecify.annotations.Nullable;

/**
 * One JSON array in pieces, one for each page of a list, read no sooner than asked for. Only the
 * piece of the last page closes the array: what breaks off is no JSON. For one thread at a time.
 */
final class JsonPages implements Iterator<byte[]> {

  private static final Argument<List<ServiceToken>> ARRAY = Argument.listOf(ServiceToken.class);

  private final ServiceTokenStream stream;
  private final JsonMapper json;
  private boolean begun;
  private @Nullable TokenPosition end;

  JsonPages(ServiceTokenStream stream, JsonMapper json) {
    this.stream = stream;
    this.json = json;
  }

  @Override
  public boolean hasNext() {
    return !begun || end != null;
  }

  @Override
  public byte[] next() {
    boolean isFirst = !begun;
    TokenPage page = isFirst ? stream.first() : stream.following().apply(position());
    begun = true;
    end = page.end();
    return piece(page.tokens().stream().map(WireTokens::toWire).toList(), isFirst);
  }

  private TokenPosition position() {
    if (end == null) {
      throw new NoSuchElementException();
    }
    return end;
  }

  private byte[] piece(List<ServiceToken> tokens, boolean isFirst) {
    byte[] array = array(tokens);
    boolean isLast = end == null;
    if (isFirst) {
      return isLast ? array : Arrays.copyOf(array, array.length - 1);
    }
    if (tokens.isEmpty()) { // What followed was deleted meanwhile.
      return new byte[] {']'};
    }
    array[0] = ',';
    return isLast ? array : Arrays.copyOf(array, array.length - 1);
  }

  private byte[] array(List<ServiceToken> tokens) {
    try {
      return json.writeValueAsBytes(ARRAY, tokens);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
