package dev.servicetokens.cluster;

import dev.servicetokens.token.TokenDigest;
import io.micronaut.context.ApplicationContext;
import io.micronaut.context.RuntimeBeanDefinition;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** Answers from memory whatever it has asked the database once: a node that nobody else changes. */
public final class MemoryPrincipals extends CoherentPrincipals {

  /** The name of tokens that stay in the database only. */
  public static final String NEVER_KEPT = "never kept";

  private final PrincipalQuery database;
  private final ReentrantLock lock = new ReentrantLock();

  private MemoryPrincipals(ApplicationContext context) {
    super(
        context.getBean(PrincipalCache.class),
        context.getBean(LeaseHolder.class),
        context.getBean(Time.class),
        context.getBean(PrincipalQuery.class),
        new QueryLimit(1, 0),
        context.getBean(FirstUses.class));
    this.database = context.getBean(PrincipalQuery.class);
  }

  /** Makes a server use one. */
  public static Consumer<ApplicationContext> beans() {
    return context ->
        context.registerBeanDefinition(
            RuntimeBeanDefinition.builder(
                    CoherentPrincipals.class, () -> new MemoryPrincipals(context))
                .singleton(true)
                .replaces(CoherentPrincipals.class)
                .build());
  }

  @Override
  public @Nullable PrincipalAnswer ifInMemory(TokenDigest digest, boolean wellFormed) {
    return wellFormed ? cache.get(digest) : PrincipalAnswer.NOBODY;
  }

  @Override
  public PrincipalAnswer ask(TokenDigest digest, boolean wellFormed) {
    PrincipalAnswer said = database.find(digest).answer();
    if (said instanceof PrincipalAnswer.Found found
        && found.principal().name().equals(NEVER_KEPT)) {
      return said;
    }
    lock.lock();
    try {
      cache.put(digest, said);
    } finally {
      lock.unlock();
    }
    return said;
  }
}
