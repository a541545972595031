package dev.servicetokens.token.http;

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
final class ServiceTokenStreamWriter
    implements TypedMessageBodyWriter<ServiceTokenStream>, ResponseBodyWriter<ServiceTokenStream> {

  private static final Logger LOG = LoggerFactory.getLogger(ServiceTokenStreamWriter.class);

  private final JsonMapper json;
  private final Scheduler readers;

  @SuppressWarnings("UnnecessaryMethodReference") // It hides what the executor also is.
  ServiceTokenStreamWriter(
      JsonMapper json, @Named(TaskExecutors.BLOCKING) ExecutorService readers) {
    this.json = json;
    // A scheduler on an executor service interrupts a reader whose client has gone, and an
    // interrupted virtual thread closes the database connection that it waits for.
    this.readers = Schedulers.fromExecutor(readers::execute);
  }

  @Override
  public Argument<ServiceTokenStream> getType() {
    return Argument.of(ServiceTokenStream.class);
  }

  @Override
  public CloseableByteBody writePiece(
      ByteBodyFactory bodies,
      HttpRequest<?> request,
      HttpResponse<?> response,
      Argument<ServiceTokenStream> type,
      MediaType mediaType,
      ServiceTokenStream stream) {
    Iterable<byte[]> pages = () -> new JsonPages(stream, json);
    Flux<ReadBuffer> pieces =
        Flux.fromIterable(pages)
            .map(bodies.readBufferFactory()::adapt)
            .doOnError(
                failure -> LOG.error("A list of service tokens broke off in the middle", failure))
            .subscribeOn(readers);
    return bodies.adapt(pieces);
  }

  @Override
  public void writeTo(
      Argument<ServiceTokenStream> type,
      MediaType mediaType,
      ServiceTokenStream stream,
      MutableHeaders headers,
      OutputStream output) {
    headers.setIfMissing("Content-Type", mediaType);
    JsonPages pages = new JsonPages(stream, json);
    try {
      while (pages.hasNext()) {
        output.write(pages.next());
      }
    } catch (IOException e) {
      throw new CodecException("A list of service tokens could not be written", e);
    }
  }
}
