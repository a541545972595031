package dev.servicetokens.error.http;

import dev.servicetokens.error.Refusals;
import dev.servicetokens.web.connection.EarlyRefusals;
import io.micronaut.json.JsonMapper;
import jakarta.inject.Singleton;
import java.io.IOException;
import java.io.UncheckedIOException;

/** Words them as all other refusals. Thread-safe. */
@Singleton
final class ContractEarlyRefusals implements EarlyRefusals {

  private final ErrorResponses responses;
  private final JsonMapper json;

  ContractEarlyRefusals(ErrorResponses responses, JsonMapper json) {
    this.responses = responses;
    this.json = json;
  }

  @Override
  public byte[] body(RuntimeException failure) {
    try {
      return json.writeValueAsBytes(responses.writeEarly(Refusals.of(failure)));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
