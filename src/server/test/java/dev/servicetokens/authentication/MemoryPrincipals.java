package dev.servicetokens.authentication;

import dev.servicetokens.token.TokenDigest;
import io.micronaut.context.ApplicationContext;
import io.micronaut.context.RuntimeBeanDefinition;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** Answers from memory whatever it has asked the database once: a node that nobody else changes. */
final class MemoryPrincipals implements Principals {

  /** The name of tokens that stay in the database only. */
  static final String NEVER_KEPT = "never kept";

  private final PrincipalsInDatabase database;
  private final PrincipalStore store;
  private final ConfiguredSecrets configured;
  private final ReentrantLock lock = new ReentrantLock();

  private MemoryPrincipals(ApplicationContext context) {
    this.configured = context.getBean(ConfiguredSecrets.class);
    this.store = context.getBean(PrincipalStore.class);
    this.database =
        new PrincipalsInDatabase(
            context.getBean(PrincipalLookup.class),
            configured,
            context.getBean(PrincipalAuthentications.class));
  }

  /** Makes a server use one. */
  static Consumer<ApplicationContext> beans() {
    return context ->
        context.registerBeanDefinition(
            RuntimeBeanDefinition.builder(Principals.class, () -> new MemoryPrincipals(context))
                .singleton(true)
                .build());
  }

  @Override
  public @Nullable Recognition ifInMemory(TokenDigest digest, boolean wellFormed) {
    return wellFormed || configured.contain(digest) ? store.get(digest) : Recognition.NOBODY;
  }

  @Override
  public Recognition ask(TokenDigest digest, boolean wellFormed) {
    Recognition found = database.ask(digest, wellFormed);
    if (found instanceof PrincipalAuthentication caller && caller.getName().equals(NEVER_KEPT)) {
      return found;
    }
    lock.lock();
    try {
      store.put(digest, found);
    } finally {
      lock.unlock();
    }
    return found;
  }
}
