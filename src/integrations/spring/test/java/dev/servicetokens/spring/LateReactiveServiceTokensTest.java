package dev.servicetokens.spring;

import dev.servicetokens.client.Verification;
import dev.servicetokens.client.Verifier;
import example.reactive.ReactiveClusters;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.springframework.boot.WebApplicationType;

/** The example service on a reactive server, with a verifier that asks for every token. */
final class LateReactiveServiceTokensTest extends ServiceTokensSuite {

  @Override
  Class<?> application() {
    return ReactiveClusters.class;
  }

  @Override
  WebApplicationType type() {
    return WebApplicationType.REACTIVE;
  }

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
