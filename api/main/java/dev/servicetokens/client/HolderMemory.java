package dev.servicetokens.client;

import dev.servicetokens.client.Verification.Live;
import dev.servicetokens.client.Verification.NotLive;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.IdentityHashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * What a verifying service, a holder, may tell of tokens from its own memory. A node lends it a
 * lease that lies inside the node's own; a change that takes something away waits until the holder
 * has acknowledged it, or the lease is over. What is cited as a rule is explained in the server's
 * {@code src/docs/coherence.md}. It sends nothing, has no thread, and knows no token string, only
 * digests. Thread-safe; {@link #lookUp} takes no lock.
 */
final class HolderMemory {

  /** Tokens that are not live are few, short, and apart, so that they push out none that is. */
  static final int MOST_NOT_LIVE = 1000;

  static final long NOT_LIVE_NANOS = TimeUnit.SECONDS.toNanos(5);

  /** No node has a longer lease, whatever it says. */
  static final long LONGEST_LEASE_MILLIS = 5000;

  /**
   * Up to which change something is known.
   *
   * @param changeId tells a change from another one that got the same number from a database that
   *     lost some; null if it is not known
   * @param serverStart which database server gave the number; numbers of two do not compare
   */
  record Place(long changeNumber, @Nullable String changeId, String serverStart) {}

  /**
   * Asks a node for a lease, and acknowledges what has been applied.
   *
   * @param applied null if the memory is empty and begins anywhere
   * @param sentNanos by the first clock, before it was sent
   * @param sentWallMillis by the second
   */
  record Request(
      String holder, long sequence, @Nullable Place applied, long sentNanos, long sentWallMillis) {}

  /**
   * A node's answer to that.
   *
   * @param remainingMillis to the end of the node's own lease; 0 if it lends none
   * @param place the node's
   * @param empty whether the memory must be emptied
   * @param changes those since what the holder had applied
   */
  record Answer(long remainingMillis, Place place, boolean empty, List<Change> changes) {}

  /**
   * Something was taken away, or may be told differently now.
   *
   * @param key of what; null for all
   */
  record Change(long number, String id, @Nullable String key) {}

  /**
   * A node's answer to the question what a token is.
   *
   * @param live null if it is not live
   * @param changeKeys the keys of changes that concern it; empty if the node did not tell
   * @param asOf a place the answer is not older than; null if the node knows none
   * @param keep whether the answer is good for others who ask, too: one that is not is never kept
   *     nor shared, because each use of that token counts, or only the node can tell
   * @param allowed from where the token may be used; null if from anywhere
   * @param limited after how long a token that is over its limit may be used again; null if it is
   *     not
   */
  record Told(
      @Nullable Live live,
      List<String> changeKeys,
      @Nullable Place asOf,
      boolean keep,
      @Nullable AllowedAddresses allowed,
      @Nullable Duration limited) {

    /** An answer that may be kept, of a token that nothing bounds. */
    Told(@Nullable Live live, List<String> changeKeys, @Nullable Place asOf) {
      this(live, changeKeys, asOf, true, null, null);
    }
  }

  /** A lease. It is counted from asking for it, so that it never outlives the node's (rule 22). */
  private record Lent(long sentNanos, long sentWallMillis, long millis) {

    boolean holds(long nanos, long wallMillis) {
      long wallAge = wallMillis - sentWallMillis;
      return nanos - sentNanos < TimeUnit.MILLISECONDS.toNanos(millis)
          && wallAge >= 0
          && wallAge < millis;
    }
  }

  private final VerifierTime time;
  private final Supplier<String> newHolder;
  private final HolderUses uses = new HolderUses();
  private final LiveTokens liveTokens;
  private final ConcurrentMap<TokenDigest, Long> notLive = new ConcurrentHashMap<>();
  private final Map<TokenDigest, Boolean> notLiveInOrder = new LinkedHashMap<>();

  // Written under this object's lock; the volatile ones are read without.
  private String holder;
  private long sequence;
  private @Nullable Request asked;
  private volatile @Nullable Place applied;
  private volatile @Nullable Lent lent;

  /**
   * @param maximumTokens how many tokens are kept; one with much text counts as several
   * @param newHolder makes a name that no other process has
   */
  HolderMemory(VerifierTime time, int maximumTokens, Supplier<String> newHolder) {
    this.time = time;
    this.newHolder = newHolder;
    this.holder = newHolder.get();
    this.liveTokens = new LiveTokens(maximumTokens);
  }

  /** What was told from here, and no node knows of. */
  HolderUses uses() {
    return uses;
  }

  /**
   * Tells from memory: the lease first, then the token (rule 14). A pause in between does no harm,
   * as whoever asks has begun before it.
   *
   * @param address from where the token came; null if nobody knows
   * @return null if a node has to be asked
   */
  @Nullable Verification lookUp(TokenDigest digest, @Nullable String address) {
    Lent lease = lent;
    if (lease == null) {
      return null;
    }
    long nanos = time.nanoTime();
    long wallMillis = time.wallMillis();
    if (!lease.holds(nanos, wallMillis)) {
      return null;
    }
    LiveTokens.Entry entry = liveTokens.get(digest);
    if (entry != null) {
      return entry.at(wallMillis, address);
    }
    Long since = notLive.get(digest);
    return since != null && nanos - since < NOT_LIVE_NANOS ? NotLive.IT : null;
  }

  /** Whether tokens may be told from memory now. */
  boolean isLeaseHeld() {
    Lent lease = lent;
    return lease != null && lease.holds(time.nanoTime(), time.wallMillis());
  }

  /** How long ago the last lease was asked for; negative if there is none. */
  long leaseAgeNanos() {
    Lent lease = lent;
    return lease == null ? -1 : Math.max(0, time.nanoTime() - lease.sentNanos());
  }

  /**
   * What an answer to another caller's question has to know to be good for one who comes now: no
   * change after this can have been told done, because the lease holds (rule 17).
   *
   * @return null if no lease holds, so that no such answer is good
   */
  @Nullable Place joinableFrom() {
    return isLeaseHeld() ? applied : null;
  }

  /** What is applied; null if nothing, so that nothing can be kept. */
  @Nullable Place applied() {
    return applied;
  }

  /**
   * Begins to ask for a lease. It acknowledges what has been applied, and makes the answer to any
   * question before it a late one (rule 21).
   */
  synchronized Request request() {
    Request request = new Request(holder, ++sequence, applied, time.nanoTime(), time.wallMillis());
    asked = request;
    return request;
  }

  /**
   * Applies what a node says, and only then has the lease (rule 26).
   *
   * @return whether it brought something to acknowledge, by asking again at once
   */
  synchronized boolean apply(Request request, Answer answer) {
    if (!request.equals(asked)) {
      return false;
    }
    asked = null;
    boolean news = takeOver(answer);
    if (answer.remainingMillis() > 0) {
      lent =
          new Lent(
              request.sentNanos(),
              request.sentWallMillis(),
              Math.min(answer.remainingMillis(), LONGEST_LEASE_MILLIS));
    }
    return news;
  }

  private boolean takeOver(Answer answer) {
    Place mine = applied;
    Place theirs = answer.place();
    if (mine == null || answer.empty() || !mine.serverStart().equals(theirs.serverStart())) {
      begin(theirs);
      return true;
    }
    if (theirs.changeNumber() < mine.changeNumber() && answer.changes().isEmpty()) {
      return false; // A node that lags behind, and lends no more than it knows to be safe.
    }
    if (!follows(mine, answer)) {
      begin(theirs);
      return true;
    }
    for (Change change : answer.changes()) {
      if (change.key() == null) {
        liveTokens.clear();
      } else {
        liveTokens.remove(change.key());
      }
    }
    if (!answer.changes().isEmpty()) {
      forgetNotLive();
    }
    applied = theirs.changeId() == null ? withId(theirs, mine, answer) : theirs;
    return !answer.changes().isEmpty();
  }

  /** Whether the changes are those from the one place to the other, without a gap. */
  private static boolean follows(Place mine, Answer answer) {
    long number = mine.changeNumber();
    for (Change change : answer.changes()) {
      if (change.number() != ++number) {
        return false;
      }
    }
    Place theirs = answer.place();
    boolean sameChange =
        !answer.changes().isEmpty()
            || mine.changeId() == null
            || theirs.changeId() == null
            || mine.changeId().equals(theirs.changeId());
    return number == theirs.changeNumber() && sameChange;
  }

  private static Place withId(Place theirs, Place mine, Answer answer) {
    int changes = answer.changes().size();
    return new Place(
        theirs.changeNumber(),
        changes == 0 ? mine.changeId() : answer.changes().get(changes - 1).id(),
        theirs.serverStart());
  }

  private void begin(@Nullable Place place) {
    liveTokens.clear();
    forgetNotLive();
    applied = place;
  }

  private void forgetNotLive() {
    notLive.clear();
    notLiveInOrder.clear();
  }

  /**
   * Keeps a node's answer, unless a change that has been applied may have made it wrong (rule 25).
   *
   * @return whether it was kept
   */
  synchronized boolean fill(TokenDigest digest, Told told) {
    Place mine = applied;
    Place asOf = told.asOf();
    if (mine == null
        || asOf == null
        || !mine.serverStart().equals(asOf.serverStart())
        || asOf.changeNumber() < mine.changeNumber()) {
      return false;
    }
    Live live = told.live();
    if (!told.keep()) {
      if (live != null) {
        liveTokens.remove(digest); // It was given bounds, of which a change will tell.
      }
      return false;
    }
    if (live == null) {
      liveTokens.remove(digest);
      keepNotLive(digest);
      return true;
    }
    if (told.changeKeys().isEmpty()) {
      return false; // Nothing would remove it.
    }
    if (notLiveInOrder.remove(digest) != null) {
      notLive.remove(digest);
    }
    return liveTokens.put(digest, live, told, uses.counter(live.id()));
  }

  private void keepNotLive(TokenDigest digest) {
    if (notLiveInOrder.size() >= MOST_NOT_LIVE) {
      TokenDigest oldest = notLiveInOrder.keySet().iterator().next();
      notLiveInOrder.remove(oldest);
      notLive.remove(oldest);
    }
    notLiveInOrder.put(digest, true);
    notLive.put(digest, time.nanoTime());
  }

  /** Has no lease any more, and forgets everything: a node has refused this process. */
  synchronized void drop() {
    lent = null;
    asked = null;
    begin(null);
  }

  /**
   * Becomes another holder, with nothing in memory: this process may have been cloned, and must not
   * acknowledge for its twin (rule 21).
   */
  synchronized void startOver() {
    drop();
    holder = newHolder.get();
    sequence = 0;
  }

  /** How many live tokens are kept. */
  int size() {
    return liveTokens.size();
  }

  /**
   * The live tokens, by digest, and by the keys of changes that remove them. When there are too
   * many, those go that nobody has asked for since the last round. Changed under the lock of {@link
   * HolderMemory}, read without.
   */
  private static final class LiveTokens {

    private static final int BYTES_OF_ONE = 512;

    private final int maximum;
    private final ConcurrentMap<TokenDigest, Entry> byDigest = new ConcurrentHashMap<>();
    private final Map<String, Key> byKey = new HashMap<>();
    private final Map<Rights, Rights> rights = new HashMap<>();
    private final List<Entry> round = new ArrayList<>();
    private int hand;
    private long weight;

    LiveTokens(int maximum) {
      this.maximum = maximum;
    }

    @Nullable Entry get(TokenDigest digest) {
      return byDigest.get(digest);
    }

    int size() {
      return byDigest.size();
    }

    boolean put(TokenDigest digest, Live live, Told told, HolderUses.Counter uses) {
      remove(digest);
      List<String> changeKeys = told.changeKeys();
      Rights shared = share(new Rights(live.roles(), live.permissions()));
      Entry entry = new Entry(digest, live, told.allowed(), shared, changeKeys.size(), uses);
      if (entry.weight + (shared.entries == 1 ? shared.weight : 0) > maximum) {
        release(shared);
        return false;
      }
      for (int i = 0; i < changeKeys.size(); i++) {
        Key key = byKey.computeIfAbsent(changeKeys.get(i), Key::new);
        key.add(entry);
        entry.keys[i] = key;
      }
      entry.place = round.size();
      round.add(entry);
      weight += entry.weight;
      byDigest.put(digest, entry);
      makeRoom();
      return byDigest.get(digest) == entry;
    }

    private void makeRoom() {
      while (weight > maximum) {
        hand = hand < round.size() - 1 ? hand : 0; // The last one is the newest.
        Entry entry = round.get(hand);
        hand++; // Past the newest, too, which takes the place of one that goes.
        if (entry.used) {
          entry.used = false;
        } else {
          remove(entry);
        }
      }
    }

    void remove(TokenDigest digest) {
      Entry entry = byDigest.get(digest);
      if (entry != null) {
        remove(entry);
      }
    }

    void remove(String changeKey) {
      Key key = byKey.get(changeKey);
      if (key != null) {
        List.copyOf(key.entries).forEach(this::remove);
      }
    }

    private void remove(Entry entry) {
      byDigest.remove(entry.digest);
      for (Key key : entry.keys) {
        if (key.remove(entry)) {
          byKey.remove(key.name);
        }
      }
      Entry last = round.remove(round.size() - 1);
      if (last != entry) {
        round.set(entry.place, last);
        last.place = entry.place;
      }
      weight -= entry.weight;
      release(entry.rights);
    }

    void clear() {
      byDigest.clear();
      byKey.clear();
      rights.clear();
      round.clear();
      hand = 0;
      weight = 0;
    }

    private Rights share(Rights given) {
      Rights shared = rights.computeIfAbsent(given, same -> same);
      if (shared.entries++ == 0) {
        weight += shared.weight;
      }
      return shared;
    }

    private void release(Rights shared) {
      if (--shared.entries == 0) {
        weight -= shared.weight;
        rights.remove(shared);
      }
    }

    private static int weightOf(long bytes) {
      return (int) Math.min(Integer.MAX_VALUE, bytes / BYTES_OF_ONE);
    }

    private static long bytesOf(String text) {
      return 48L + text.length();
    }

    /** One live token. */
    static final class Entry {

      private final TokenDigest digest;
      private final Live live;
      private final long endMillis;
      private final @Nullable AllowedAddresses allowed;
      private final Rights rights;
      private final Key[] keys;
      private final HolderUses.Counter uses;
      private final int weight;
      private int place;

      /** Needs no lock: if it is seen late, a token goes that could have stayed. */
      private boolean used;

      Entry(
          TokenDigest digest,
          Live live,
          @Nullable AllowedAddresses allowed,
          Rights rights,
          int keys,
          HolderUses.Counter uses) {
        this.digest = digest;
        this.allowed = allowed;
        this.live =
            new Live(live.id(), live.name(), rights.roles, rights.permissions, live.expiration());
        this.endMillis = endMillis(live);
        this.rights = rights;
        this.keys = new Key[keys];
        this.uses = uses;
        long allowedBytes = allowed == null ? 0 : allowed.bytes();
        this.weight = 1 + weightOf(bytesOf(live.name()) + 100L * (keys - 2) + allowedBytes);
      }

      Verification at(long wallMillis, @Nullable String address) {
        if (wallMillis >= endMillis || (allowed != null && !allowed.contain(address))) {
          return NotLive.IT;
        }
        if (!used) {
          used = true;
        }
        uses.count(wallMillis, address);
        return live;
      }
    }

    /** What a change of that name removes. */
    private static final class Key {

      private final String name;
      private Set<Entry> entries = Set.of();

      Key(String name) {
        this.name = name;
      }

      /** Nearly every token has a key of its own, for which a small set does. */
      void add(Entry entry) {
        if (entries.isEmpty()) {
          entries = Set.of(entry);
          return;
        }
        if (entries.size() == 1) {
          Set<Entry> several = Collections.newSetFromMap(new IdentityHashMap<>());
          several.addAll(entries);
          entries = several;
        }
        entries.add(entry);
      }

      /** Whether nothing is left. */
      boolean remove(Entry entry) {
        if (entries.size() > 1) {
          entries.remove(entry);
          return false;
        }
        entries = Set.of();
        return true;
      }
    }

    /** What many tokens have in common: one object for all of them. */
    private static final class Rights {

      private final Set<String> roles;
      private final Map<String, Set<String>> permissions;
      private final int weight;
      private int entries;

      Rights(Set<String> roles, Map<String, Set<String>> permissions) {
        this.roles = roles;
        this.permissions = permissions;
        long bytes = roles.stream().mapToLong(LiveTokens::bytesOf).sum();
        for (Map.Entry<String, Set<String>> held : permissions.entrySet()) {
          bytes += 100 + bytesOf(held.getKey());
          bytes += held.getValue().stream().mapToLong(LiveTokens::bytesOf).sum();
        }
        this.weight = weightOf(bytes);
      }

      @Override
      public boolean equals(Object other) {
        return other instanceof Rights that
            && roles.equals(that.roles)
            && permissions.equals(that.permissions);
      }

      @Override
      public int hashCode() {
        return 31 * roles.hashCode() + permissions.hashCode();
      }
    }
  }

  /** When it ends, in milliseconds of the epoch; {@link Long#MAX_VALUE} if it does not. */
  static long endMillis(Live live) {
    Instant end = live.expiration();
    return end == null ? Long.MAX_VALUE : end.toEpochMilli();
  }
}
