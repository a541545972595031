package dev.servicetokens.web.json;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.micronaut.json.JsonMapper;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.Iterator;
import java.util.List;
import java.util.NoSuchElementException;

/**
 * A streamed array in pieces, one for each page, read no sooner than asked for. Only the piece of
 * the last page closes the array: what breaks off is no JSON. For one thread at a time.
 */
final class JsonPieces<P, T> implements Iterator<byte[]> {

  private final StreamedArray<P, T> stream;
  private final JsonMapper json;
  private P page;
  private boolean begun;
  private boolean ended;
  private boolean hasItems;

  JsonPieces(StreamedArray<P, T> stream, JsonMapper json) {
    this.stream = stream;
    this.json = json;
    this.page = stream.first();
  }

  @Override
  public boolean hasNext() {
    return !ended;
  }

  @Override
  public byte[] next() {
    if (ended) {
      throw new NoSuchElementException();
    }
    ByteArrayOutputStream piece = new ByteArrayOutputStream();
    if (begun) {
      page = stream.following().apply(page);
    } else {
      begun = true;
      piece.writeBytes((stream.before() + "[").getBytes(UTF_8));
    }
    writeItems(piece);
    if (!stream.goesOn().test(page)) {
      ended = true;
      piece.writeBytes(("]" + stream.after().apply(page)).getBytes(UTF_8));
    }
    return piece.toByteArray();
  }

  /** Without the brackets of their own array. */
  private void writeItems(ByteArrayOutputStream piece) {
    List<T> items = stream.items().apply(page);
    if (items.isEmpty()) {
      return;
    }
    if (hasItems) {
      piece.write(',');
    }
    hasItems = true;
    byte[] array = array(items);
    piece.write(array, 1, array.length - 2);
  }

  private byte[] array(List<T> items) {
    try {
      return json.writeValueAsBytes(stream.type(), items);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
