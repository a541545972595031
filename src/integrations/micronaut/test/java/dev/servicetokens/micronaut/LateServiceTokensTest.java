package dev.servicetokens.micronaut;

import dev.servicetokens.client.Verification;
import dev.servicetokens.client.Verifier;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** The example service with a verifier that asks for every token. */
final class LateServiceTokensTest extends ServiceTokensSuite {

  @Override
  Verifier verifier() {
    return new Late(TOKENS);
  }

  /** Answers a moment later, on a thread of its own. */
  private record Late(Verifier verifier) implements Verifier {

    private static final Executor MOMENT =
        CompletableFuture.delayedExecutor(5, TimeUnit.MILLISECONDS);

    @Override
    public Verification verify(@Nullable String token, @Nullable String address) {
      return verifyAsync(token, address).toCompletableFuture().join();
    }

    @Override
    public CompletionStage<Verification> verifyAsync(
        @Nullable String token, @Nullable String address) {
      return CompletableFuture.supplyAsync(() -> verifier.verify(token, address), MOMENT);
    }
  }
}
