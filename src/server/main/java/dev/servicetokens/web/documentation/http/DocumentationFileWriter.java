package dev.servicetokens.web.documentation.http;

import dev.servicetokens.web.documentation.DocumentationFile;
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
import jakarta.inject.Singleton;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.util.OptionalLong;
import reactor.core.publisher.Flux;

/**
 * Writes a file piece by piece out of the one copy that there is, each when the connection has
 * taken the one before it. Written at once, a file is copied for each request into memory outside
 * the heap, where a hundred clients that read nothing leave no room for others. Thread-safe.
 */
@Singleton
final class DocumentationFileWriter
    implements TypedMessageBodyWriter<DocumentationFile>, ResponseBodyWriter<DocumentationFile> {

  private static final int PIECE = 16 * 1024;

  @Override
  public Argument<DocumentationFile> getType() {
    return Argument.of(DocumentationFile.class);
  }

  @Override
  public CloseableByteBody writePiece(
      ByteBodyFactory bodies,
      HttpRequest<?> request,
      HttpResponse<?> response,
      Argument<DocumentationFile> type,
      MediaType mediaType,
      DocumentationFile file) {
    byte[] content = file.content();
    int pieces = Math.ceilDiv(content.length, PIECE);
    Flux<ReadBuffer> body =
        Flux.range(0, pieces)
            .map(
                piece -> {
                  int from = piece * PIECE;
                  int length = Math.min(PIECE, content.length - from);
                  return bodies.readBufferFactory().adapt(ByteBuffer.wrap(content, from, length));
                });
    return bodies.adapt(body, OptionalLong.of(content.length));
  }

  @Override
  public void writeTo(
      Argument<DocumentationFile> type,
      MediaType mediaType,
      DocumentationFile file,
      MutableHeaders headers,
      OutputStream output) {
    try {
      output.write(file.content());
    } catch (IOException e) {
      throw new CodecException("A file of the documentation could not be written", e);
    }
  }
}
