package dev.servicetokens.authentication;

import dev.servicetokens.cluster.Answer;
import dev.servicetokens.cluster.PrincipalQuery;
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

  private final PrincipalQuery database;
  private final PrincipalStore store;
  private final ReentrantLock lock = new ReentrantLock();

  private MemoryPrincipals(ApplicationContext context) {
    this.store = context.getBean(PrincipalStore.class);
    this.database = context.getBean(PrincipalQuery.class);
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
  public @Nullable Answer ifInMemory(TokenDigest digest, boolean wellFormed) {
    return wellFormed ? store.get(digest) : Answer.UNKNOWN;
  }

  @Override
  public Answer ask(TokenDigest digest, boolean wellFormed) {
    Answer found = database.find(digest).answer();
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
