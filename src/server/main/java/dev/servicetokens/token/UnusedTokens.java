package dev.servicetokens.token;

import dev.servicetokens.access.Commits;
import dev.servicetokens.access.Commits.Changed;
import dev.servicetokens.access.DefinedPermissions;
import dev.servicetokens.access.LastAdministratorException;
import dev.servicetokens.access.PermissionAdministration;
import dev.servicetokens.access.PredefinedRole;
import dev.servicetokens.access.Principal;
import dev.servicetokens.log.Outage;
import jakarta.inject.Singleton;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.atomic.LongAdder;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Disables tokens that nobody has used for as long as the policy says, and deletes those that have
 * been disabled for as long as it says. Each is a change of its own, which every node knows before
 * the next, and which looks again at the token under its lock. Nothing is done while it is not
 * known that every use of that time is recorded, nor while a node of an older release runs, which
 * would accept a disabled token. Used by one thread at a time, but for the counts.
 */
@Singleton
public class UnusedTokens {

  private static final Logger LOG = LoggerFactory.getLogger(UnusedTokens.class);

  /** So many are looked for at once, the next when these are done. */
  static final int AT_ONCE = 100;

  private final Store store;
  private final TokenPolicy policy;
  private final ServiceTokens tokens;
  private final PermissionAdministration definitions;
  private final Upgrade upgrade;
  private final Commits commits;
  private final Clock clock;
  private final Outage backlog = new Outage(LOG);
  private final Set<TokenId> kept = new HashSet<>();
  private final LongAdder disabled = new LongAdder();
  private final LongAdder deleted = new LongAdder();
  private @Nullable Instant saidBeginning;

  UnusedTokens(
      Store store,
      TokenPolicy policy,
      ServiceTokens tokens,
      PermissionAdministration definitions,
      Upgrade upgrade,
      Commits commits,
      Clock clock) {
    this.store = store;
    this.policy = policy;
    this.tokens = tokens;
    this.definitions = definitions;
    this.upgrade = upgrade;
    this.commits = commits;
    this.clock = clock;
  }

  /** Where tokens and the record of their uses are kept. Thread-safe. */
  public interface Store {

    /**
     * Since when every use is recorded, by the database's clock. Where a node has died with uses
     * that it could not store, that is now.
     *
     * @return empty while some node has uses that it cannot store
     */
    Optional<Instant> completeSince();

    /**
     * Enabled tokens that have not ended and that nobody has created, enabled or used since then.
     *
     * @param after the id behind which to begin; 0 for the first
     * @param limit the most to give back
     * @return by their ids
     */
    List<ServiceToken> unused(Instant since, Instant now, long after, int limit);

    /**
     * Tokens that were disabled before then.
     *
     * @return by their ids
     */
    List<ServiceToken> disabledBefore(Instant moment, long after, int limit);

    /**
     * Locks a token until the transaction ends.
     *
     * @return the token; empty if there is none any more, or it is enabled and used since then
     */
    Optional<ServiceToken> lockUnused(TokenId id, Instant since, Instant now);

    /**
     * Locks a token until the transaction ends.
     *
     * @return the token; empty if there is none any more, or it was not disabled before then
     */
    Optional<ServiceToken> lockDisabledBefore(TokenId id, Instant moment);
  }

  /**
   * Does what the policy says, as far as it may now.
   *
   * @throws RuntimeException if the database cannot be asked; what is done by then stays
   */
  public void applyPolicy() {
    Duration unused = policy.disableUnusedAfter();
    Duration disabledFor = policy.deleteDisabledAfter();
    Duration window = unused == null ? disabledFor : unused;
    Instant now = clock.instant().truncatedTo(ChronoUnit.MILLIS);
    if (window == null || !isRecorded(now.minus(window), window) || !isUpgraded()) {
      return;
    }
    if (unused != null) {
      Instant since = now.minus(unused);
      each(after -> store.unused(since, now, after, AT_ONCE), id -> disable(id, since, now));
    }
    if (disabledFor != null) {
      Instant moment = now.minus(disabledFor);
      each(after -> store.disabledBefore(moment, after, AT_ONCE), id -> delete(id, moment));
    }
  }

  private boolean isRecorded(Instant since, Duration window) {
    Optional<Instant> complete = store.completeSince();
    if (complete.isEmpty()) {
      backlog.goesOn(
          "No token is disabled for being unused, or deleted for being disabled, while a node cannot store the uses of tokens");
      return false;
    }
    backlog.isOver("The uses of tokens are stored again");
    boolean isRecorded = !complete.get().isAfter(since);
    if (!isRecorded && !complete.get().equals(saidBeginning)) {
      LOG.info(
          "Uses of tokens are known to be recorded since {}: no token is disabled for being unused, or deleted for being disabled, before {}",
          complete.get(),
          complete.get().plus(window));
      saidBeginning = complete.get();
    }
    return isRecorded;
  }

  private boolean isUpgraded() {
    try {
      upgrade.requireRelease(Upgrade.BOUNDED_TOKENS);
      return true;
    } catch (UpgradeUnfinishedException e) {
      LOG.info("No token is disabled for being unused while a node of an older release runs");
      return false;
    }
  }

  /** Reads the next tokens behind an id. */
  @FunctionalInterface
  private interface Reading {
    List<ServiceToken> after(long id);
  }

  /** Does something to a token. */
  @FunctionalInterface
  private interface Act {
    void to(ServiceToken token);
  }

  private static void each(Reading reading, Act act) {
    List<ServiceToken> some = reading.after(0);
    while (!some.isEmpty()) {
      some.forEach(act::to);
      some = some.size() < AT_ONCE ? List.of() : reading.after(some.getLast().id().value());
    }
  }

  private void disable(ServiceToken token, Instant since, Instant now) {
    try {
      boolean done =
          commits.onEveryNode(
              changed ->
                  store
                      .lockUnused(token.id(), since, now)
                      .map(unused -> disableLocked(unused, changed))
                      .orElse(false));
      if (done) {
        disabled.increment();
      }
    } catch (LastAdministratorException e) {
      if (kept.add(token.id())) {
        LOG.warn(
            "Service token {} '{}' is unused, and stays enabled: it is the last that can administer",
            token.id(),
            token.name());
      }
    }
  }

  private boolean disableLocked(ServiceToken token, Changed changed) {
    tokens.update(server(), token, TokenUpdate.disabling(), false, changed);
    return true;
  }

  private void delete(ServiceToken token, Instant moment) {
    try {
      boolean done =
          commits.onEveryNode(
              changed ->
                  store
                      .lockDisabledBefore(token.id(), moment)
                      .map(disabledOne -> deleteLocked(disabledOne, changed))
                      .orElse(false));
      if (done) {
        deleted.increment();
      }
    } catch (LastAdministratorException e) {
      if (kept.add(token.id())) {
        LOG.warn(
            "Service token {} '{}' is disabled, and stays: the last that can administer needs its dedicated subject",
            token.id(),
            token.name());
      }
    }
  }

  private boolean deleteLocked(ServiceToken token, Changed changed) {
    tokens.delete(server(), token, false, changed);
    return true;
  }

  /** How many tokens this node has disabled for being unused. */
  public long disabled() {
    return disabled.sum();
  }

  /** How many tokens this node has deleted for being disabled. */
  public long deleted() {
    return deleted.sum();
  }

  /** Who the server is in the audit log when it does this by itself. */
  private Principal server() {
    DefinedPermissions defined = definitions.now();
    return new Principal(
        0,
        "unused policy",
        List.of(PredefinedRole.ADMIN.handle()),
        defined.everyPermission(),
        null,
        defined);
  }
}
