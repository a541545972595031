package dev.servicetokens.web.json;

import dev.servicetokens.database.DatabaseUnavailable;
import io.micronaut.core.io.buffer.ReadBuffer;
import io.micronaut.core.type.Argument;
import io.micronaut.core.type.MutableHeaders;
import io.micronaut.http.HttpRequest;
import io.micronaut.http.HttpResponse;
import io.micronaut.http.MediaType;
import io.micronaut.http.body.ByteBodyFactory;
import io.micronaut.http.body.CloseableByteBody;
import io.micronaut.http.body.ResponseBodyWriter;
import io.micronaut.http.body.TypedMessageBodyWriter;
import io.micronaut.http.codec.CodecException;
import io.micronaut.json.JsonMapper;
import io.micronaut.scheduling.TaskExecutors;
import jakarta.inject.Named;
import jakarta.inject.Singleton;
import java.io.IOException;
import java.io.OutputStream;
import java.util.concurrent.ExecutorService;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import reactor.core.publisher.Flux;
import reactor.core.scheduler.Scheduler;
import reactor.core.scheduler.Schedulers;

/**
 * Writes a long list while it is read. A page is read when the connection has taken the one before
 * it: a slow client costs a page of memory and neither a thread nor a database connection, and for
 * one that has gone nothing more is read. A failure on the way closes the connection. Thread-safe.
 */
@Singleton
final class StreamedArrayWriter
    implements TypedMessageBodyWriter<StreamedArray<?, ?>>,
        ResponseBodyWriter<StreamedArray<?, ?>> {

  private static final Logger LOG = LoggerFactory.getLogger(StreamedArrayWriter.class);

  private final JsonMapper json;
  private final Scheduler readers;

  @SuppressWarnings("UnnecessaryMethodReference") // It hides what the executor also is.
  StreamedArrayWriter(JsonMapper json, @Named(TaskExecutors.BLOCKING) ExecutorService readers) {
    this.json = json;
    // A scheduler on an executor service interrupts a reader whose client has gone, and an
    // interrupted virtual thread closes the database connection that it waits for.
    this.readers = Schedulers.fromExecutor(readers::execute);
  }

  @Override
  @SuppressWarnings({"unchecked", "rawtypes"}) // A class has no literal with type arguments.
  public Argument<StreamedArray<?, ?>> getType() {
    return (Argument) Argument.of(StreamedArray.class);
  }

  @Override
  public CloseableByteBody writePiece(
      ByteBodyFactory bodies,
      HttpRequest<?> request,
      HttpResponse<?> response,
      Argument<StreamedArray<?, ?>> type,
      MediaType mediaType,
      StreamedArray<?, ?> stream) {
    Iterable<byte[]> pages = () -> new JsonPieces<>(stream, json);
    Flux<ReadBuffer> pieces =
        Flux.fromIterable(pages)
            .map(bodies.readBufferFactory()::adapt)
            .doOnError(StreamedArrayWriter::log)
            .subscribeOn(readers);
    return bodies.adapt(pieces);
  }

  private static void log(Throwable failure) {
    DatabaseUnavailable.reasonOf(failure)
        .ifPresentOrElse(
            reason -> LOG.warn("A list broke off in the middle: {}", reason),
            () -> LOG.error("A list broke off in the middle", failure));
  }

  @Override
  public void writeTo(
      Argument<StreamedArray<?, ?>> type,
      MediaType mediaType,
      StreamedArray<?, ?> stream,
      MutableHeaders headers,
      OutputStream output) {
    headers.setIfMissing("Content-Type", mediaType);
    JsonPieces<?, ?> pages = new JsonPieces<>(stream, json);
    try {
      while (pages.hasNext()) {
        output.write(pages.next());
      }
    } catch (IOException e) {
      throw new CodecException("A list could not be written", e);
    }
  }
}
