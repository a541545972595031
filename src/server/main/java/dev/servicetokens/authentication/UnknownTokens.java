package dev.servicetokens.authentication;

import dev.servicetokens.cluster.Answer;
import dev.servicetokens.web.ClientAddresses;
import io.micronaut.http.HttpRequest;
import jakarta.inject.Singleton;
import java.net.InetAddress;
import java.util.concurrent.Semaphore;
import java.util.function.Supplier;
import reactor.core.publisher.Mono;

/**
 * Stands between tokens that are not in memory and the query that tells whose they are, so that a
 * flood of wrong ones leaves the database to others. An address over its limit has one query at a
 * time, together with all others that are: it may also send live tokens. Thread-safe.
 */
@Singleton
final class UnknownTokens {

  private final ClientAddresses addresses;
  private final AddressThrottle throttle;
  private final Semaphore overLimit = new Semaphore(1);

  UnknownTokens(ClientAddresses addresses, AddressThrottle throttle) {
    this.addresses = addresses;
    this.throttle = throttle;
  }

  /**
   * Asks whose a token is; the answer is for the subscriber's thread to wait for, a refusal without
   * a query comes at once.
   *
   * @return what was found. Fails with {@link TooManyUnknownTokensException} if it is nobody's and
   *     the address is over its limit, and with {@link LookupRefusedException} if it was not asked
   */
  Mono<Answer> ask(HttpRequest<?> request, Supplier<Answer> query) {
    InetAddress address = addresses.of(request);
    if (!throttle.isOverLimit(address)) {
      return Mono.fromCallable(() -> counted(address, query.get()));
    }
    return overLimit.availablePermits() == 0
        ? Mono.error(new LookupRefusedException())
        : Mono.fromCallable(() -> askOverLimit(address, query));
  }

  private Answer askOverLimit(InetAddress address, Supplier<Answer> query) {
    if (!overLimit.tryAcquire()) {
      throw new LookupRefusedException();
    }
    try {
      Answer found = counted(address, query.get());
      if (found.found().isEmpty()) {
        throw new TooManyUnknownTokensException();
      }
      return found;
    } finally {
      overLimit.release();
    }
  }

  private Answer counted(InetAddress address, Answer found) {
    if (found.found().isEmpty()) {
      throttle.count(address);
    }
    return found;
  }
}
